// Numbers with units. Figures are never computed here, only scaled to a prefix.

const prefixes = [[1e12, 'T'], [1e9, 'G'], [1e6, 'M'], [1e3, 'k'], [1, ''], [1e-3, 'm'], [1e-6, 'µ'], [1e-9, 'n'],
  [1e-12, 'p']];

function digits(value) {
  const size = Math.abs(value);
  return size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : 2;
}

/** A quantity: the unit that it is shown in, and how much of that one in the report is. */
function quantity(unit, perUnit, whole = false) {
  const pick = (largest) => {
    const size = Math.abs(largest) * perUnit;
    // Things that are counted have no parts.
    return prefixes.find(([factor]) => size >= factor && (!whole || factor >= 1)) ?? [whole ? 1 : prefixes.at(-1)[0], ''];
  };
  return {
    /** "12.3 MB" */
    show(value) {
      if (value === 0)
        return `0 ${unit}`.trim();
      const [factor, prefix] = pick(value);
      const scaled = value * perUnit / factor;
      const text = whole && factor === 1 ? String(scaled) : scaled.toFixed(digits(scaled));
      return `${text} ${prefix}${unit}`.trim();
    },
    /** For an axis up to `largest`: the unit, and the numbers without it. */
    axis(largest) {
      const [factor, prefix] = pick(largest);
      return {
        unit: `${prefix}${unit}`,
        label: (value) => String(Number((value * perUnit / factor).toPrecision(4))),
      };
    },
  };
}

export const bytes = quantity('B', 1, true);
export const energy = quantity('J', 1e-12);
export const time = quantity('s', 1e-9);
export const count = quantity('', 1, true);
export const bandwidth = quantity('B/s', 1, true);

/** Memories come in powers of two. */
export const capacity = {
  show(value) {
    for (const [factor, unit] of [[2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [2 ** 10, 'KiB']])
      if (value >= factor)
        return `${Number((value / factor).toFixed(1))} ${unit}`;
    return `${value} B`;
  },
  axis: () => ({unit: '', label: (value) => capacity.show(value)}),
  /** Of the marks of an axis up to `largest`. */
  interval: (largest) => 2 ** Math.ceil(Math.log2(Math.max(largest, 8) / 8)),
};

/** "+1.9 %" */
export function percent(fraction) {
  const value = fraction * 100;
  const text = value.toFixed(Math.abs(value) >= 100 ? 0 : 1);
  return `${value > 0 ? '+' : ''}${text.replace('-', '−')} %`;
}

export const grouped = (value) => value.toLocaleString('en-US', {maximumFractionDigits: 1});
export const hex = (value) => `0x${value.toString(16)}`;

/** A name in as many characters, without its middle: the end is what tells layers apart. */
export function shorten(name, length) {
  if (name.length <= length)
    return name;
  const end = Math.floor((length - 1) / 2);
  return `${name.slice(0, length - 1 - end)}…${name.slice(name.length - end)}`;
}
