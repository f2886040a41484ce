// Elements of the page. Text from the report only ever becomes text.

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes))
    made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * A table in a fold. Columns: {name, value: (row) => text, kind: 'text' or a number}; the first one
 * names the row.
 */
export function table(caption, columns, rows, {open = false, total = null} = {}) {
  const cell = (column, row, first) => {
    const value = column.value(row);
    const made = element(first ? 'th' : 'td', first ? {scope: 'row'} : {});
    if (column.text)
      made.className = 'text';
    if (value && typeof value === 'object') {
      made.className = value.tone;
      made.textContent = value.text;
    } else {
      made.textContent = value ?? '–';
    }
    return made;
  };
  const line = (row) => element('tr', row === total ? {class: 'total'} : {},
      ...columns.map((column, i) => cell(column, row, i === 0)));
  const all = total ? [...rows, total] : rows;
  const fold = element('details', open ? {open: ''} : {},
      element('summary', {}, `Table: ${caption}`),
      element('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': caption},
          element('table', {},
              element('thead', {}, element('tr', {},
                  ...columns.map((column) => element('th', {scope: 'col', ...(column.text ? {class: 'text'} : {})},
                      column.name)))),
              element('tbody', {}, ...all.map(line)))));
  return fold;
}

export function section(title, text, ...children) {
  return element('section', {}, element('h2', {}, title), ...(text ? [element('p', {}, text)] : []), ...children);
}

export function card(name, value, ...lines) {
  return element('div', {class: 'card'}, element('span', {}, name), element('b', {}, value),
      ...lines.map((line) => element('span', {}, line)));
}
