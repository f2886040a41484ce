// The sections of a report.

import {axisStyle, barsHeight, chart, legend, redraw, stackedBars, valueAxis} from './chart.js';
import {card, element, section, table} from './dom.js';
import {bandwidth, bytes, capacity, count, energy, grouped, hex, percent, time} from './format.js';
import {memorySections} from './memory.js';

const streams = [['input_read', 'input read'], ['weights_read', 'weights read'],
  ['output_read', 'output read'], ['output_write', 'output write'], ['epilogue_read', 'epilogue read']];
const terms = [['read_pj', 'read'], ['write_pj', 'write'], ['activate_precharge_pj', 'activate + precharge'],
  ['background_pj', 'background'], ['refresh_pj', 'refresh']];
const tensors = ['input', 'weights', 'output'];

const tone = (fraction) => fraction === undefined ? null :
  {text: percent(fraction), tone: fraction < 0 ? 'good' : fraction > 0 ? 'bad' : ''};

/** "3 x 36 KiB" is left to people: every buffer by its name. */
export function buffersText(machine) {
  const own = tensors.filter((tensor) => `${tensor}_capacity_bytes` in machine)
      .map((tensor) => `${tensor} ${capacity.show(machine[`${tensor}_capacity_bytes`])}`);
  if ('shared_capacity_bytes' in machine)
    own.push(`${machine.shared_by.join(' + ')} ${capacity.show(machine.shared_capacity_bytes)} shared`);
  const doubled = machine.double_buffered;
  return own.join(', ') + (doubled.length ? `; double-buffered: ${doubled.join(', ')}` : '');
}

/** Names of layers as the charts show them: those that occur twice with their number. */
export function layerNames(layers) {
  const times = new Map();
  for (const {name} of layers)
    times.set(name, (times.get(name) ?? 0) + 1);
  return layers.map(({name}, i) => times.get(name) > 1 ? `${name} (${i})` : name);
}

function facts(report, file) {
  const {dram} = report;
  const list = [
    ['report', file],
    ['on-chip buffers', buffersText(report.machine)],
    ['DRAM', `${dram.chips} × ${dram.preset}, bursts of ${dram.burst_bytes} B, rows of ${capacity.show(dram.row_bytes)}, ` +
      `${capacity.show(dram.capacity_bytes)} in ${dram.channels} channel(s)`],
    ['source of the figures', dram.source],
    ['schedules', `${report.strategy === 'given' ? 'of the program' : report.strategy}, space ${report.space}` +
      (report.objective ? `, objective ${report.objective}` : '')],
    ['arrays in DRAM', report.layouts],
    ...report.baseline ? [['baseline', `${report.baseline.strategy}, tiles by ${report.baseline.objective}, ` +
      'row-major arrays, in the same buffers']] : [],
    ...report.mapping ? [['simulated address map', `${report.mapping.policy} (${report.mapping.address_map}), ` +
      `bank hash ${report.mapping.bank_hash}`]] : [],
  ];
  return section('What was reported', null, element('dl', {class: 'facts'},
      ...list.flatMap(([name, text]) => [element('dt', {}, name), element('dd', {}, text)])));
}

function cards({totals, baseline, skipped, unscheduled = []}) {
  const against = (key) => [
    ...totals.above_bound ? [`${percent(totals.above_bound[key])} to the lower bound`] : [],
    ...baseline && totals.baseline?.above_baseline ?
      [`${percent(totals.baseline.above_baseline[key])} to ${baseline.strategy}`] : [],
  ];
  const made = [
    card('DRAM traffic', bytes.show(totals.total_bytes), ...against('bytes_fraction')),
    card('DRAM energy', energy.show(totals.energy.total_pj), ...against('energy_fraction')),
    card('time at least', time.show(totals.time_lower_bound_ns), `${time.show(totals.floor.time_ns)} for the bound`),
    card('bursts', count.show(totals.total_bursts), `${grouped(totals.activations)} rows opened`),
  ];
  if (totals.simulation)
    made.push(card('simulated', energy.show(totals.simulation.energy.total_pj),
        `in ${time.show(totals.simulation.time_ns)}`, bandwidth.show(totals.simulation.throughput_bytes_per_s)));
  made.push(card('layers', String(totals.layers), `${count.show(totals.macs)} multiply-accumulates`,
      ...totals.infeasible_layers ? [`${totals.infeasible_layers} do not fit`] : [],
      ...skipped.length ? [`${skipped.length} operations not scheduled`] : [],
      ...unscheduled.length ? [`${unscheduled.length} operations move data besides`] : []));
  return element('div', {class: 'cards'}, ...made);
}

function trafficSection(report, layers, names) {
  const {totals} = report;
  const used = streams.filter(([key]) => totals[`${key}_bytes`] > 0);
  const based = report.baseline && layers.every(({baseline}) => baseline);
  const marks = [{name: 'lower bound', values: layers.map((layer) => layer.compulsory_bytes), shape: 'bound'}];
  if (based)
    marks.push({name: `baseline ${report.baseline.strategy}`,
      values: layers.map(({baseline}) => baseline?.total_bytes ?? null), shape: 'baseline'});
  const columns = [
    {name: 'layer', value: ({name}) => name, text: true},
    ...used.map(([key, name]) => ({name: `${name} [B]`, value: (row) => grouped(row[`${key}_bytes`])})),
    {name: 'total [B]', value: (row) => grouped(row.total_bytes)},
    {name: 'lower bound [B]', value: (row) => grouped(row.compulsory_bytes)},
    {name: 'to bound', value: (row) => row.above_bound && percent(row.above_bound.bytes_fraction)},
    ...based ? [
      {name: 'baseline [B]', value: (row) => row.baseline && grouped(row.baseline.total_bytes)},
      {name: 'to baseline', value: (row) => tone(row.baseline?.above_baseline?.bytes_fraction)}] : [],
    {name: 'total [bursts]', value: (row) => grouped(row.total_bursts)},
    {name: 'rows opened', value: (row) => grouped(row.activations)},
  ];
  return section('Traffic between DRAM and chip, layer by layer',
      'What moves of each tensor. The lower bound is every element that is used, once.' +
      (based ? '' : ' A report with the option baseline=smartshuttle has that baseline here, too.'),
      chart('traffic', 'Bytes that move, layer by layer and tensor by tensor, against the lower bound and the baseline',
          barsHeight(names.length), (theme, width) => stackedBars(theme, width, {
            names, parts: used.map(([key, name]) => ({name, values: layers.map((layer) => layer[`${key}_bytes`])})),
            marks, axis: 'traffic', quantity: bytes})),
      table('traffic of each layer', columns, layers, {total: {name: 'total', ...totals}}));
}

function energySection(report, layers, names) {
  const {totals} = report;
  const based = report.baseline && layers.every(({baseline}) => baseline);
  const marks = [{name: 'floor', values: layers.map(({floor}) => floor.energy_pj), shape: 'bound'}];
  if (based)
    marks.push({name: `baseline ${report.baseline.strategy}`,
      values: layers.map(({baseline}) => baseline?.energy.total_pj ?? null), shape: 'baseline'});
  const microjoules = (picojoules) => (picojoules / 1e6).toLocaleString('en-US',
      {minimumFractionDigits: 3, maximumFractionDigits: 3});
  const columns = [
    {name: 'layer', value: ({name}) => name, text: true},
    ...terms.map(([key, name]) => ({name: `${name} [µJ]`, value: ({energy}) => microjoules(energy[key])})),
    {name: 'total [µJ]', value: ({energy}) => microjoules(energy.total_pj)},
    {name: 'floor [µJ]', value: ({floor}) => microjoules(floor.energy_pj)},
    {name: 'to floor', value: (row) => row.above_bound && percent(row.above_bound.energy_fraction)},
    ...based ? [
      {name: 'baseline [µJ]', value: (row) => row.baseline && microjoules(row.baseline.energy.total_pj)},
      {name: 'to baseline', value: (row) => tone(row.baseline?.above_baseline?.energy_fraction)}] : [],
    ...totals.simulation ? [
      {name: 'simulated [µJ]', value: (row) => row.simulation && microjoules(row.simulation.energy.total_pj)}] : [],
    {name: 'time at least [µs]', value: (row) => grouped(row.time_lower_bound_ns / 1e3)},
  ];
  return section('DRAM energy, layer by layer',
      'In closed form, by what it is spent on. The floor is the bound of the traffic in full bursts at peak ' +
      'bandwidth, all of them row hits.',
      chart('energy', 'Energy of the DRAM, layer by layer and term by term, against the floor and the baseline',
          barsHeight(names.length), (theme, width) => stackedBars(theme, width, {
            names, parts: terms.map(([key, name]) => ({name, values: layers.map((layer) => layer.energy[key])})),
            marks, axis: 'energy', quantity: energy})),
      table('energy of each layer', columns, layers, {total: {name: 'total', ...totals}}));
}

const outcomes = [['row_hits', 'row hits'], ['row_misses', 'row misses'], ['row_conflicts', 'row conflicts']];
const causes = [['busy_cycles', 'moving data'], ['refresh_cycles', 'refresh'], ['turnaround_cycles', 'turnaround'],
  ['spacing_cycles', 'spacing'], ['row_cycles', 'rows'], ['empty_cycles', 'empty']];

function simulationSection(report, layers) {
  const simulated = layers.filter(({simulation}) => simulation);
  const names = layerNames(simulated);
  const hasBus = simulated.every(({simulation}) => simulation.data_bus);
  const of = (row) => row.simulation;
  const columns = [
    {name: 'layer', value: ({name}) => name, text: true},
    {name: 'read [bursts]', value: (row) => grouped(of(row).reads)},
    {name: 'written [bursts]', value: (row) => grouped(of(row).writes)},
    ...outcomes.map(([key, name]) => ({name, value: (row) => grouped(of(row)[key])})),
    ...hasBus ? causes.map(([key, name]) =>
      ({name: `${name} [clocks]`, value: (row) => grouped(of(row).data_bus[key])})) : [],
    {name: 'clocks', value: (row) => grouped(of(row).cycles)},
    {name: 'time [µs]', value: (row) => grouped(of(row).time_ns / 1e3)},
    {name: 'energy [µJ]', value: (row) => grouped(of(row).energy.total_pj / 1e6)},
    {name: 'throughput', value: (row) => bandwidth.show(of(row).throughput_bytes_per_s)},
  ];
  const pair = element('div', {class: 'pair'},
      element('div', {}, element('h3', {}, 'Bursts by what their row was'),
          chart('rows', 'Row hits, misses and conflicts, layer by layer', barsHeight(names.length),
              (theme, width) => stackedBars(theme, width, {
                names, parts: outcomes.map(([key, name]) => ({name, values: simulated.map((row) => of(row)[key])})),
                axis: 'bursts', quantity: count}))));
  if (hasBus)
    pair.append(element('div', {}, element('h3', {}, 'Clocks of the data bus'),
        chart('bus', 'Clocks of the data bus by cause, layer by layer', barsHeight(names.length),
            (theme, width) => stackedBars(theme, width, {
              names, parts: causes.map(([key, name]) =>
                ({name, values: simulated.map((row) => of(row).data_bus[key])})),
              axis: 'clocks', quantity: count}))));
  return section('The DRAM controller', 'Every burst of the schedules, one by one, each layer from an idle DRAM.', pair,
      table('simulation of each layer', columns, simulated, {total: {name: 'total', ...report.totals}}));
}

function onChipSection(layers, names) {
  const limits = [...new Set(layers.flatMap(({buffers}) => Object.entries(buffers)
      .filter(([key]) => key.endsWith('_capacity_bytes')).map(([key]) => key)))];
  const parts = tensors.map((tensor) => ({
    name: tensor, values: layers.map(({footprint}) => footprint[`${tensor}_bytes`]),
    // Tensors in one buffer lie behind each other.
    stack: limits.includes(`${tensor}_capacity_bytes`) ? tensor : 'shared'}));
  // Buffers of one size have one mark.
  const sizes = new Map();
  for (const key of limits) {
    const values = layers.map(({buffers}) => buffers[key] ?? null);
    const own = key.replace('_capacity_bytes', '');
    const same = sizes.get(String(values));
    if (same)
      same.name += `, ${own}`;
    else
      sizes.set(String(values), {name: `capacity of ${own}`, shape: 'bound', values});
  }
  const marks = [...sizes.values()];
  const kib = (value) => value === undefined ? null : grouped(value);
  return section('On-chip buffers', 'What is on chip of each tensor at a time, double buffering and padding included, ' +
      'against the capacity of its buffer.',
  chart('onchip', 'Bytes on chip of each tensor, layer by layer, against the capacities',
      barsHeight(names.length, 30), (theme, width) => stackedBars(theme, width, {
        names, parts, marks, axis: 'on chip', quantity: capacity, bar: 8})),
  table('schedule and buffers of each layer', [
    {name: 'layer', value: ({name}) => name, text: true},
    ...[...'ngkcpq'].map((dim) => ({name: `tile ${dim}`, value: ({tiles}) => grouped(tiles[dim])})),
    {name: 'order', value: ({order}) => order.join(' ')},
    {name: 'serpentine', value: ({serpentine}) => serpentine ? 'yes' : 'no'},
    {name: 'halo stays', value: (row) => row.retain_halo ? 'yes' : 'no'},
    ...tensors.map((tensor) => ({name: `${tensor} [B]`, value: ({footprint}) => grouped(footprint[`${tensor}_bytes`])})),
    ...limits.map((key) => ({name: `${key.replace('_capacity_bytes', '')} capacity [B]`,
      value: ({buffers}) => kib(buffers[key])})),
    {name: 'proven optimal', value: ({certificate}) => certificate && (certificate.optimal ? 'yes' : 'no')},
  ], layers));
}

function curveSection(report, names) {
  const {capacity_curve: curve, totals, layers} = report;
  let chosen = -1;
  const of = (point) => chosen < 0 ? point : point.layers[chosen];
  const own = () => chosen < 0 ? totals : layers[chosen];
  const line = (id, label, axis, quantity, pick, bound) => chart(id, label, (width) => width < 500 ? 280 : 320,
      (theme, width) => {
        // What is left out of a sum would look like less traffic.
        const data = curve.points.filter((point) => chosen >= 0 ? of(point) : !point.infeasible_layers)
            .map((point) => [point.capacity_bytes, pick(of(point))]);
        const scheduled = own().infeasible ? [] :
          [{name: 'this report', value: pick(own()), color: theme.other, align: 'bottom'},
            {name: 'bound', value: bound(own()), color: theme.dim, align: 'top'}];
        const largest = Math.max(0, ...data.map(([, value]) => value), ...scheduled.map(({value}) => value));
        const style = axisStyle(theme);
        return {
          grid: {left: 6, right: 70, top: 14, bottom: 6, outerBoundsMode: 'same', outerBoundsContain: 'all'},
          xAxis: {type: 'log', logBase: 2, name: 'on-chip buffers together', nameLocation: 'middle', nameGap: 26, ...style,
            min: Math.min(...curve.points.map((point) => point.capacity_bytes)),
            max: Math.max(...curve.points.map((point) => point.capacity_bytes)),
            axisLabel: {...style.axisLabel, formatter: (value) => capacity.show(value), hideOverlap: true},
            splitLine: {show: false}},
          yAxis: valueAxis(theme, axis, quantity, largest, {nameGap: 48, min: 0}),
          tooltip: {trigger: 'axis', formatter: ([{value}]) => `${capacity.show(value[0])}: ${quantity.show(value[1])}`},
          series: [{type: 'line', name: label, data, symbol: 'circle', symbolSize: 8, lineStyle: {width: 2.5},
            markLine: {silent: true, symbol: 'none', data: scheduled.map(({name, value, color, align}) => ({name, yAxis: value,
              lineStyle: {color, type: 'dashed', width: 1.5},
              label: {formatter: name, color: theme.text, position: 'end', fontSize: 12, verticalAlign: align}}))}}],
        };
      });
  const select = element('select', {id: 'curve-layer'}, element('option', {value: '-1'}, 'all layers'),
      ...names.map((name, i) => element('option', {value: String(i)}, name)));
  select.addEventListener('change', () => {
    chosen = Number(select.value);
    redraw('curve-bytes');
    redraw('curve-energy');
  });
  const partial = curve.points.filter((point) => point.infeasible_layers);
  const text = `All layers searched again with other buffers (${curve.strategy}, space ${curve.space}, objective ` +
    `${curve.objective}, ${curve.layouts} arrays).` +
    (partial.length ? ` Points at which layers do not fit are in the table alone: ` +
      `${partial.map((point) => capacity.show(point.capacity_bytes)).join(', ')}.` : '');
  return section('Traffic against buffer capacity', text,
      element('div', {class: 'control'}, element('label', {}, 'Show ', select)),
      element('div', {class: 'pair'},
          element('div', {}, line('curve-bytes', 'Bytes that move against the capacity of the buffers', 'traffic', bytes,
              (row) => row.total_bytes, (row) => row.compulsory_bytes)),
          element('div', {}, line('curve-energy', 'Energy of the DRAM against the capacity of the buffers', 'energy', energy,
              (row) => row.energy.total_pj, (row) => row.floor.energy_pj))),
      table('all layers at each capacity', [
        {name: 'buffers', value: (point) => buffersText(point.machine), text: true},
        {name: 'of those reported', value: (point) => `${point.percent} %`},
        {name: 'together [B]', value: (point) => grouped(point.capacity_bytes)},
        {name: 'traffic [B]', value: (point) => grouped(point.total_bytes)},
        {name: 'bursts', value: (point) => grouped(point.total_bursts)},
        {name: 'energy [µJ]', value: ({energy}) => grouped(energy.total_pj / 1e6)},
        {name: 'time at least [µs]', value: (point) => grouped(point.time_lower_bound_ns / 1e3)},
        {name: 'layers that do not fit', value: (point) => String(point.infeasible_layers)},
        {name: 'proven optimal', value: ({optimal}) => optimal ? 'yes' : 'no'},
      ], curve.points));
}

function leftSection({layers, skipped, unscheduled = []}) {
  const failed = layers.filter(({infeasible}) => infeasible);
  if (!failed.length && !skipped.length && !unscheduled.length)
    return [];
  return [section('What is in no sum', null,
      ...failed.length ? [table('layers that do not fit', [
        {name: 'layer', value: ({name}) => name, text: true},
        {name: 'why', value: ({infeasible}) => infeasible.message, text: true}], failed, {open: true})] : [],
      ...skipped.length ? [table('operations that have no schedule', [
        {name: 'operation', value: ({name}) => name, text: true},
        {name: 'why', value: ({reason}) => reason, text: true}], skipped, {open: true})] : [],
      ...unscheduled.length ? [table('operations that move data and belong to no layer', [
        {name: 'operation', value: ({operation, name}) => name ? `${operation} (${name})` : operation, text: true},
        {name: 'function', value: ({function: where}) => where, text: true},
        {name: 'reads at least [B]', value: (row) => grouped(row.least_read_bytes)},
        {name: 'writes at least [B]', value: (row) => grouped(row.least_write_bytes)}], unscheduled, {open: true})] : [])];
}

export function reportPage(report, file) {
  const layers = report.layers.filter(({infeasible}) => !infeasible);
  const networks = [...new Set(report.layers.map(({network}) => network))].filter(Boolean);
  const names = layerNames(layers), allNames = layerNames(report.layers);
  const sections = [cards(report), facts(report, file)];
  if (layers.length)
    sections.push(trafficSection(report, layers, names), energySection(report, layers, names));
  if (report.capacity_curve?.points.length && report.layers.length)
    sections.push(curveSection(report, allNames));
  if (report.totals.simulation && layers.some(({simulation}) => simulation))
    sections.push(simulationSection(report, layers));
  if (layers.length)
    sections.push(onChipSection(layers, names));
  if (report.dram_map)
    sections.push(...memorySections(report, allNames));
  sections.push(...leftSection(report));
  return {
    title: networks.join(', ') || file,
    subtitle: `${layers.length} scheduled layers; on-chip buffers: ${buffersText(report.machine)}; DRAM ${report.dram.preset}`,
    sections,
  };
}
