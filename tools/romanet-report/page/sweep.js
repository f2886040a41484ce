// The sections of a merged sweep.

import {axisStyle, chart, legend, valueAxis} from './chart.js';
import {card, element, section, table} from './dom.js';
import {bytes, capacity, count, energy, grouped, time} from './format.js';

const axes = {
  capacity: {name: 'on-chip buffers together', quantity: capacity, value: (point) => point.capacity_bytes},
  energy: {name: 'DRAM energy', quantity: energy, value: ({figures}) => figures.energy_pj},
  time: {name: 'time at least', quantity: time, value: ({figures}) => figures.time_lower_bound_ns},
  bytes: {name: 'traffic', quantity: bytes, value: ({figures}) => figures.total_bytes},
  bursts: {name: 'bursts', quantity: count, value: ({figures}) => figures.total_bursts},
  activations: {name: 'rows opened', quantity: count, value: ({figures}) => figures.activations},
  'simulated-energy': {name: 'simulated DRAM energy', quantity: energy, value: ({figures}) => figures.simulated_energy_pj},
  'simulated-time': {name: 'simulated time', quantity: time, value: ({figures}) => figures.simulated_time_ns},
};

/**
 * A series of the chart for each DRAM and objective, which colors and shapes tell apart. What is the same for all points
 * is not in its name.
 */
function seriesOf(theme, points, done, at) {
  const valuesOf = (key) => [...new Set(points.map((point) => point[key]))];
  const drams = valuesOf('dram'), objectives = valuesOf('objective');
  const symbols = ['circle', 'rect', 'triangle', 'diamond', 'pin', 'arrow'];
  const pairs = drams.flatMap((dram, i) => objectives.map((objective, j) => ({dram, objective, i, j})));
  return pairs.map(({dram, objective, i, j}) => ({
    type: 'scatter', z: 3,
    name: [...drams.length > 1 || objectives.length === 1 ? [dram] : [], ...objectives.length > 1 ? [objective] : []].join(', '),
    color: theme.colors[(drams.length > 1 ? i : j) % theme.colors.length],
    // Smaller ones are in front of those that they equal.
    symbol: symbols[j % symbols.length], symbolSize: 15 - 2 * j,
    data: done.filter((point) => point.dram === dram && point.objective === objective)
        .map((point) => [...at(point), point.number]),
  })).filter(({data}) => data.length);
}

/** Four digits at least. */
const digits = (value) => value >= 1000 ? grouped(value) : value.toLocaleString('en-US', {maximumSignificantDigits: 4});

function axisOf(theme, {name, quantity}, values, nameGap) {
  const largest = Math.max(...values), least = Math.min(...values);
  const style = axisStyle(theme);
  if (quantity !== capacity || least === largest)
    return valueAxis(theme, name, quantity, largest, {nameGap, min: 0});
  return {type: 'log', logBase: 2, name, nameLocation: 'middle', nameGap, ...style, min: least * 0.85, max: largest * 1.15,
    axisLabel: {...style.axisLabel, formatter: quantity.show, hideOverlap: true, showMinLabel: false, showMaxLabel: false},
    splitLine: {show: false}};
}

/** All points that are done, and the front; along more than two axes the front is no line. */
function frontChart(sweep, done, y) {
  const [x] = sweep.axes;
  const at = (point) => [axes[x].value(point), axes[y].value(point)];
  const front = done.filter((point) => point.on_front).map((point) => [...at(point), point.number])
      .sort(([a], [b]) => a - b);
  const label = `${axes[y].name} against ${axes[x].name} of every point`;
  return chart(`front-${y}`, label, (width) => (width < 500 ? 320 : 400) + 24, (theme, width) => ({
    legend: legend(theme, {icon: undefined}),
    grid: {left: 6, right: 24, top: 40, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'all'},
    xAxis: axisOf(theme, axes[x], done.map((point) => at(point)[0]), 28),
    yAxis: axisOf(theme, axes[y], done.map((point) => at(point)[1]), width < 500 ? 44 : 52),
    tooltip: {trigger: 'item', formatter: ({seriesName, value}) => [`point ${value[2]}: ${seriesName}`,
      `${axes[x].name}: ${axes[x].quantity.show(value[0])}`, `${axes[y].name}: ${axes[y].quantity.show(value[1])}`].join('\n')},
    series: [
      // Between two points of the front a point of it holds: nothing better is known until the next.
      {type: sweep.axes.length === 2 ? 'line' : 'scatter', step: 'end', name: 'Pareto front', data: front, z: 1,
        symbol: 'circle', symbolSize: 24, color: theme.other, lineStyle: {width: 1.5, type: 'dashed', color: theme.other},
        itemStyle: {color: 'transparent', borderColor: theme.other, borderWidth: 2}},
      ...seriesOf(theme, sweep.points, done, at),
    ],
  }));
}

function columnsOf(points) {
  const isSimulated = points.some(({figures}) => figures && 'simulated_energy_pj' in figures);
  const figure = (name, pick) => ({name, value: ({figures}) => figures && digits(pick(figures))});
  return [
    {name: 'point', value: ({number}) => String(number)},
    {name: 'capacity', value: (point) => `${point.capacity_percent} %`},
    {name: 'capacity [B]', value: (point) => grouped(point.capacity_bytes)},
    {name: 'DRAM', value: ({dram, chips, ranks, channels}) =>
      `${dram}, ${channels} × ${ranks} × ${chips}`, text: true},
    {name: 'objective', value: ({objective}) => objective, text: true},
    figure('traffic [B]', (row) => row.total_bytes),
    figure('bursts', (row) => row.total_bursts),
    figure('rows opened', (row) => row.activations),
    figure('energy [µJ]', (row) => row.energy_pj / 1e6),
    figure('time at least [µs]', (row) => row.time_lower_bound_ns / 1e3),
    ...isSimulated ? [figure('simulated energy [µJ]', (row) => row.simulated_energy_pj / 1e6),
      figure('simulated time [µs]', (row) => row.simulated_time_ns / 1e3)] : [],
    {name: 'front', value: (point) => point.status === 'done' ? (point.on_front ? 'yes' : 'no') : point.status, text: true},
  ];
}

export function sweepPage(sweep, file) {
  const {settings, points, totals} = sweep;
  const done = points.filter(({status}) => status === 'done'), others = points.filter(({status}) => status !== 'done');
  const skipped = Math.max(0, ...done.map((point) => point.skipped));
  const by = sweep.axes.map((axis) => axes[axis].name);
  const list = [
    ['sweep', file], ['input', settings.input], ['machine', settings.machine],
    ...Object.entries(settings.options).sort(([a], [b]) => a < b ? -1 : 1), ['version', settings.version],
  ];
  return {
    title: `Sweep of ${settings.input}`,
    subtitle: `${totals.points} points: on-chip buffers of ${settings.machine}, DRAMs and objectives`,
    sections: [
      element('div', {class: 'cards'},
          card('points', String(totals.points), `${totals.done} done`),
          card('on the front', String(totals.on_front), `of ${by.join(' and ')}`),
          card('without figures', String(totals.points - totals.done), `${totals.infeasible} infeasible`,
              `${totals.failed} failed, ${totals.missing} missing`)),
      section('What was swept', skipped ? `${skipped} operations have no schedule and are in no figure, see the reports ` +
          'of the points.' : null,
      element('dl', {class: 'facts'}, ...list.flatMap(([name, text]) =>
        [element('dt', {}, name), element('dd', {}, text)]))),
      ...done.length ? [section('Pareto front', 'On the front are the points that no other beats along one axis and ' +
          `equals along all others, of ${by.join(' and ')}; less is better.`,
      ...sweep.axes.slice(1).map((y) => frontChart(sweep, done, y)),
      table('the front', columnsOf(points).slice(0, -1), done.filter((point) => point.on_front), {open: true}),
      table('all points; the DRAM with channels × ranks × chips', columnsOf(points), points))] : [],
      ...others.length ? [section('Points without figures', null, table('points without figures', [
        {name: 'point', value: ({number}) => String(number)},
        {name: 'capacity', value: (point) => `${point.capacity_percent} %`},
        {name: 'DRAM', value: ({dram}) => dram, text: true},
        {name: 'objective', value: ({objective}) => objective, text: true},
        {name: 'status', value: ({status}) => status, text: true},
        {name: 'why', value: ({message}) => message, text: true}], others, {open: true}))] : [],
    ],
  };
}
