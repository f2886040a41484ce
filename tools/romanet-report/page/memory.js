// The DRAM map: who lives where, and when.

import {axisStyle, chart, legend, redraw, valueAxis, zoom} from './chart.js';
import {element, section, table} from './dom.js';
import {bytes, capacity, count, grouped, hex, shorten} from './format.js';

const kinds = ['input or output of layers', 'weights', 'other'];

/** What a buffer is to the layers. */
function kindOf({uses}) {
  if (uses.some(({tensor}) => tensor !== 'weights'))
    return 0;
  return uses.length ? 1 : 2;
}

export function memorySections(report, names) {
  const map = report.dram_map;
  const {buffers, steps} = map;
  const isLive = ({live}, step) => live.some(({first_step, last_step}) => first_step <= step && step <= last_step);
  const always = ({live}) => !steps.length ||
    live.some(({first_step, last_step}) => first_step === 0 && last_step === steps.length - 1);
  const usesText = ({uses, name}) => uses.length ?
    uses.map(({layer, tensor}) => `${names[layer] ?? layer} ${tensor}`).join(', ') : name;
  const stepName = (step) => steps[step].layers.map((layer) => names[layer] ?? layer).join(', ') || 'between layers';
  const liveText = (buffer) => always(buffer) ? 'always' : buffer.live.map(({first_step, last_step}) =>
    first_step === last_step ? stepName(first_step) : `${stepName(first_step)} to ${stepName(last_step)}`).join('; ');
  const describe = (buffer) => [usesText(buffer), buffer.name, `${bytes.show(buffer.size_bytes)} at ${hex(buffer.address_bytes)}`,
    `live: ${liveText(buffer)}`].join('\n');

  let step = -1;

  // A rectangle in axis values, for both maps. The last of its dimensions is the number of the buffer.
  const rectangles = (theme, shown) => (params, api) => {
    const [x0, y0] = api.coord([api.value(0), api.value(1)]);
    const [x1, y1] = api.coord([api.value(2), api.value(3)]);
    const buffer = buffers[api.value(4)];
    const area = params.coordSys;
    const left = Math.max(Math.min(x0, x1), area.x), right = Math.min(Math.max(x0, x1), area.x + area.width);
    const top = Math.max(Math.min(y0, y1), area.y), bottom = Math.min(Math.max(y0, y1), area.y + area.height);
    if (right <= left || bottom < top)
      return null;
    const height = Math.max(bottom - top, 1), width = right - left;
    const text = usesText(buffer);
    return {
      type: 'group',
      children: [{
        type: 'rect', shape: {x: left, y: top, width, height},
        style: {fill: theme.colors[kindOf(buffer)], opacity: shown(buffer) ? 0.85 : 0.12,
          stroke: theme.card, lineWidth: height > 3 ? 1 : 0},
      }, ...height >= 16 && width >= 70 && shown(buffer) ? [{
        type: 'text', silent: true,
        style: {text, x: left + width / 2, y: top + height / 2, align: 'center', verticalAlign: 'middle', fill: '#111',
          fontSize: 11.5, width: width - 8, overflow: 'truncate'},
      }] : []],
    };
  };
  const series = (theme, data, shown) => kinds.map((name, kind) => ({
    type: 'custom', name, data: data.filter((item) => kindOf(buffers[item[4]]) === kind), itemStyle: {color: theme.colors[kind]},
    renderItem: rectangles(theme, shown), encode: {x: [0, 2], y: [1, 3]}, clip: true,
  })).filter(({data: {length}}) => length);
  const tooltip = {trigger: 'item', formatter: ({value}) => describe(buffers[value[4]])};
  const side = {yAxisIndex: 0, right: 4, width: 16};

  const places = buffers.flatMap((buffer, i) => buffer.rows.map((rows) =>
    [rows.first_bank, rows.first_row, rows.last_bank + 1, rows.last_row + 1, i]));
  const bankChart = chart('banks', 'Banks and rows of the DRAM, and the buffers in them', 460, (theme) => {
    const style = axisStyle(theme);
    return {
      legend: legend(theme),
      grid: {left: 6, right: 40, top: 34, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'all'},
      xAxis: {type: 'value', name: 'bank', nameLocation: 'middle', nameGap: 26, min: 0, max: map.banks, minInterval: 1,
        ...map.banks <= 16 ? {interval: 1} : {}, ...style, splitLine: {show: map.banks <= 64, lineStyle: {color: theme.line}}},
      yAxis: valueAxis(theme, 'row', count, 1, {nameGap: 46, inverse: true, min: 0, max: 'dataMax', minInterval: 1,
        splitLine: {show: false}, axisLabel: {...style.axisLabel, showMaxLabel: false, formatter: (value) => grouped(value)}}),
      dataZoom: zoom(theme, side), tooltip,
      series: series(theme, places, (buffer) => step < 0 || isLive(buffer, step)),
    };
  });

  const range = element('input', {type: 'range', id: 'step', min: '-1', max: String(steps.length - 1), value: '-1',
    'aria-label': 'step of the program'});
  const shown = element('output', {for: 'step', id: 'step-name'});
  const showStep = () => {
    shown.textContent = step < 0 ? 'all buffers' :
      `${stepName(step)}: ${bytes.show(steps[step].live_bytes)} live`;
    range.setAttribute('aria-valuetext', shown.textContent);
  };
  range.addEventListener('input', () => {
    step = Number(range.value);
    showStep();
    redraw('banks');
  });
  showStep();

  const sections = [section('The DRAM map: banks and rows',
      `Where every buffer lies: ${map.buffers.length} buffers in ${map.banks} banks of ${grouped(map.rows)} rows of ` +
      `${capacity.show(report.dram.row_bytes)}, address map ${map.address_map}. The slider of the chart zooms into the rows; ` +
      'the one below shows who is live while a layer runs.',
      ...steps.length ? [element('div', {class: 'control'}, element('label', {for: 'step'}, 'While the program runs'), range,
          shown)] : [],
      bankChart,
      table('buffers by address', [
        {name: 'layers', value: usesText, text: true},
        {name: 'buffer', value: ({name}) => name, text: true},
        {name: 'address', value: (buffer) => hex(buffer.address_bytes)},
        {name: 'size [B]', value: (buffer) => grouped(buffer.size_bytes)},
        {name: 'banks', value: ({rows}) => rows.map(({first_bank, last_bank}) => `${first_bank}–${last_bank}`).join('; ')},
        {name: 'rows', value: ({rows}) => rows.map(({first_row, last_row}) => `${first_row}–${last_row}`).join('; ')},
        {name: 'live', value: liveText, text: true},
      ], buffers))];
  if (!steps.length)
    return sections;

  const changing = buffers.map((buffer, i) => [buffer, i]).filter(([buffer]) => !always(buffer));
  const lives = changing.flatMap(([{live, address_bytes, size_bytes}, i]) => live.map(({first_step, last_step}) =>
    [first_step, address_bytes, last_step + 1, address_bytes + size_bytes, i]));
  const stepAxis = (theme, width) => {
    const style = axisStyle(theme);
    return {type: 'value', min: 0, max: steps.length, interval: Math.max(1, Math.ceil(24 * steps.length / width)), ...style,
      splitLine: {show: false}, name: 'steps of the program, by the layers that run', nameLocation: 'middle', nameGap: 60,
      axisLabel: {...style.axisLabel, rotate: 50, hideOverlap: true, showMaxLabel: false, width: 80, overflow: 'truncate',
        formatter: (value) => steps[value]?.layers.length ? shorten(stepName(value), 10) : ''}};
  };
  const grid = {left: 6, right: 40, top: 34, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'all'};
  const addresses = lives.flatMap(([, first, , last]) => [first, last]);
  const lifeChart = chart('lives', 'Addresses of the buffers that come and go, over the steps of the program', 380, (theme, width) => ({
    legend: legend(theme), grid, xAxis: stepAxis(theme, width),
    yAxis: valueAxis(theme, 'address', bytes, Math.max(0, ...addresses), {nameGap: 46, min: 'dataMin', max: 'dataMax',
      axisLabel: {...axisStyle(theme).axisLabel, showMaxLabel: false, showMinLabel: true,
        formatter: bytes.axis(Math.max(0, ...addresses)).label}}),
    dataZoom: zoom(theme, side), tooltip, series: series(theme, lives, () => true),
  }));
  const {placement} = report;
  const occupancyChart = chart('occupancy', 'Bytes that are live in DRAM, over the steps of the program', 300, (theme, width) => {
    const largest = Math.max(placement.high_water_bytes, ...steps.map(({live_bytes}) => live_bytes));
    // The last step reaches to its end.
    const data = [...steps.map(({live_bytes}, i) => [i, live_bytes]), [steps.length, steps.at(-1).live_bytes]];
    const limits = [['highest address', placement.high_water_bytes, theme.other], ['most live', placement.lower_bound_bytes,
      theme.dim]];
    return {
      legend: legend(theme), grid, xAxis: stepAxis(theme, width),
      yAxis: valueAxis(theme, 'live', bytes, largest, {nameGap: 46, scale: true}),
      tooltip: {trigger: 'axis', formatter: ([{value: [at, live]}]) =>
        `${at < steps.length ? `step ${at}: ${stepName(at)}` : 'end'}\n${bytes.show(live)} live`},
      series: [{type: 'line', name: 'live bytes', step: 'end', data, symbol: 'none', areaStyle: {opacity: 0.18},
        lineStyle: {width: 2}},
      ...limits.map(([name, value, color]) => ({type: 'line', name, symbol: 'none', itemStyle: {color},
        lineStyle: {type: 'dashed', width: 1.5, color}, data: [[0, value], [steps.length, value]], tooltip: {show: false}}))],
    };
  });
  sections.push(section('Buffers over time',
      'The program from its first step to its last; a step ends where a layer or the life of a buffer begins or ends. ' +
      `${buffers.length - changing.length} buffers live all the time and are in the live bytes, not in the chart of addresses.`,
      element('h3', {}, 'Live bytes (the axis need not start at 0)'), occupancyChart,
      ...lives.length ? [element('h3', {}, 'Buffers that come and go, by address'), lifeChart] : [],
      table('steps of the program', [
        {name: 'step', value: (i) => String(i), text: true},
        {name: 'layers', value: stepName, text: true},
        {name: 'program points', value: (i) => `${steps[i].first_point}–${steps[i].last_point}`},
        {name: 'live [B]', value: (i) => grouped(steps[i].live_bytes)},
        {name: 'buffers that come and go', value: (i) => changing.filter(([buffer]) => isLive(buffer, i))
            .map(([buffer]) => usesText(buffer)).join('; ') || 'none', text: true},
      ], steps.map((_, i) => i))));
  return sections;
}
