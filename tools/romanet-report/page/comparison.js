// The comparison of two reports.

import {barsHeight, chart, stackedBars} from './chart.js';
import {card, element, section, table} from './dom.js';
import {bytes, energy, grouped, percent, time} from './format.js';

const tone = (fraction) => fraction === undefined ? null :
  {text: percent(fraction), tone: fraction < 0 ? 'good' : fraction > 0 ? 'bad' : ''};

export function comparisonPage(comparison) {
  const {a, b, layers, totals, differences} = comparison;
  const names = layers.map(({name}) => name);
  const quantities = [
    {id: 'bytes', name: 'Traffic between DRAM and chip', key: 'total_bytes', change: 'bytes_fraction', quantity: bytes,
      axis: 'traffic', unit: 'B', scale: 1},
    {id: 'energy', name: 'DRAM energy', key: 'energy_pj', change: 'energy_fraction', quantity: energy, axis: 'energy',
      unit: 'µJ', scale: 1e6},
    {id: 'time', name: 'Time at least', key: 'time_lower_bound_ns', change: 'time_fraction', quantity: time, axis: 'time',
      unit: 'µs', scale: 1e3},
    {id: 'simulated-energy', name: 'Simulated DRAM energy', key: 'simulated_energy_pj', change: 'simulated_energy_fraction',
      quantity: energy, axis: 'energy', unit: 'µJ', scale: 1e6},
    {id: 'simulated-time', name: 'Simulated time', key: 'simulated_time_ns', change: 'simulated_time_fraction',
      quantity: time, axis: 'time', unit: 'µs', scale: 1e3},
  ].filter(({key}) => key in totals.a && key in totals.b);
  const sections = [
    element('div', {class: 'cards'}, ...quantities.map(({name, key, change, quantity}) => card(name,
        totals.change[change] === undefined ? '–' : percent(totals.change[change]),
        `a: ${quantity.show(totals.a[key])}`, `b: ${quantity.show(totals.b[key])}`))),
    section('What is compared', `Changes are from a to b, of ${totals.layers_in_both} layers that both have.`,
        element('dl', {class: 'facts'}, ...[['a', a], ['b', b]].flatMap(([name, text]) =>
          [element('dt', {}, name), element('dd', {}, text)])),
        ...differences.length ? [table('facts that differ', [
          {name: 'key', value: ({key}) => key, text: true},
          {name: 'a', value: (row) => row.a || 'none', text: true},
          {name: 'b', value: (row) => row.b || 'none', text: true}], differences, {open: true})] : []),
    ...quantities.map(({id, name, key, change, quantity, axis, unit, scale}) => section(`${name}, layer by layer`, null,
        chart(id, `${name} of both reports, layer by layer`, barsHeight(names.length, 30), (theme, width) =>
          stackedBars(theme, width, {names, bar: 11, axis, quantity, parts: [
            {name: 'a', values: layers.map((layer) => layer.a?.[key] ?? null), stack: 'a'},
            {name: 'b', values: layers.map((layer) => layer.b?.[key] ?? null), stack: 'b'}]})),
        table(`${name}, of each layer`, [
          {name: 'layer', value: (row) => row.name, text: true},
          {name: `a [${unit}]`, value: (row) => row.a && grouped(row.a[key] / scale)},
          {name: `b [${unit}]`, value: (row) => row.b && grouped(row.b[key] / scale)},
          {name: 'change', value: (row) => tone(row.change?.[change])},
          {name: 'remark', value: (row) => row.other_macs ? 'other multiply-accumulates' :
            row.a && row.b ? '' : `only in ${row.a ? 'a' : row.b ? 'b' : 'neither'}, or without a schedule`, text: true},
        ], layers, {total: {name: 'in both', ...totals}}))),
  ];
  return {title: 'Two reports compared', subtitle: `a: ${a}; b: ${b}`, sections};
}
