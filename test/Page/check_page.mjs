// Opens pages of romanet-report in Chromium, and checks that their charts and tables show the
// figures of the reports.
//
//     check_page.mjs CHROMIUM SCREENSHOTS (PAGE.html DATA.json)...
//
// DATA is the report, the comparison or the sweep that the page was made of. A picture of each page in
// several forms is left in SCREENSHOTS. Exits with 1 if something is wrong.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import {pathToFileURL} from 'node:url';
import {chromium} from 'playwright-core';

const [executablePath, screenshots, ...pairs] = process.argv.slice(2);

/** What a chart was given: for each series its name and data. */
const seriesOf = (page, id) => page.evaluate((id) => window.romanet.charts[id].getOption().series
    .map(({name, type, data}) => ({name, type, data})), id);
const dataOf = async (page, id, name) => (await seriesOf(page, id)).find((series) => series.name === name)?.data;

/** The cells of a table, by its caption. */
const tableOf = (page, caption) => page.evaluate((caption) => {
  const region = [...document.querySelectorAll('.scroll')].find((each) => each.getAttribute('aria-label') === caption);
  return region && [...region.querySelectorAll('tr')].map((row) => [...row.children].map((cell) => cell.textContent));
}, caption);

const grouped = (value) => value.toLocaleString('en-US', {maximumFractionDigits: 1});

async function checkReport(page, report) {
  const layers = report.layers.filter(({infeasible}) => !infeasible);
  const names = layers.map(({name}) => name);
  const axis = await page.evaluate(() => window.romanet.charts.traffic.getOption().yAxis[0].data);
  assert.deepEqual(axis, names);

  // Traffic and energy, against bound and baseline.
  const streams = {'input read': 'input_read_bytes', 'weights read': 'weights_read_bytes',
    'output read': 'output_read_bytes', 'output write': 'output_write_bytes', 'epilogue read': 'epilogue_read_bytes',
    'lower bound': 'compulsory_bytes'};
  let bytes = 0;
  for (const [name, key] of Object.entries(streams)) {
    const data = await dataOf(page, 'traffic', name);
    if (!data) {
      assert.equal(report.totals[key], 0, name);
      continue;
    }
    assert.deepEqual(data, layers.map((layer) => layer[key]), name);
    if (name !== 'lower bound')
      bytes += data.reduce((sum, value) => sum + value, 0);
  }
  assert.equal(bytes, report.totals.total_bytes);
  const terms = {read: 'read_pj', write: 'write_pj', 'activate + precharge': 'activate_precharge_pj',
    background: 'background_pj', refresh: 'refresh_pj'};
  for (const [name, key] of Object.entries(terms))
    assert.deepEqual(await dataOf(page, 'energy', name), layers.map(({energy}) => energy[key]), name);
  assert.deepEqual(await dataOf(page, 'energy', 'floor'), layers.map(({floor}) => floor.energy_pj));
  const baseline = report.baseline && `baseline ${report.baseline.strategy}`;
  if (baseline) {
    assert.deepEqual(await dataOf(page, 'traffic', baseline), layers.map((layer) => layer.baseline.total_bytes));
    assert.deepEqual(await dataOf(page, 'energy', baseline), layers.map((layer) => layer.baseline.energy.total_pj));
  } else {
    assert.ok((await seriesOf(page, 'traffic')).every(({name}) => !name.startsWith('baseline')));
  }
  const table = await tableOf(page, 'traffic of each layer');
  assert.equal(table.length, layers.length + 2);
  const total = table[0].indexOf('total [B]');
  assert.deepEqual(table.slice(1).map((row) => [row[0], row[total]]),
      [...layers, {...report.totals, name: 'total'}].map((layer) => [layer.name, grouped(layer.total_bytes)]));

  // On chip.
  for (const tensor of ['input', 'weights', 'output'])
    assert.deepEqual(await dataOf(page, 'onchip', tensor), layers.map(({footprint}) => footprint[`${tensor}_bytes`]));
  const capacities = (await seriesOf(page, 'onchip')).filter(({type}) => type === 'scatter').map(({data}) => data);
  const expected = new Set(layers.flatMap(({buffers}) => Object.entries(buffers)
      .filter(([key]) => key.endsWith('_capacity_bytes')).map(([, value]) => value)));
  assert.deepEqual(new Set(capacities.flat().filter((value) => value !== null)), expected);

  // The controller.
  const has = (id) => page.evaluate((id) => id in window.romanet.charts, id);
  assert.equal(await has('rows'), 'simulation' in report.totals);
  if ('simulation' in report.totals)
    for (const [name, key] of [['row hits', 'row_hits'], ['row misses', 'row_misses'], ['row conflicts', 'row_conflicts']])
      assert.deepEqual(await dataOf(page, 'rows', name), layers.map(({simulation}) => simulation[key]), name);
  assert.equal(await has('bus'), Boolean(report.totals.simulation?.data_bus));
  if (await has('bus'))
    assert.deepEqual(await dataOf(page, 'bus', 'refresh'), layers.map((layer) => layer.simulation.data_bus.refresh_cycles));

  // The curve, of all layers and of one.
  assert.equal(await has('curve-bytes'), 'capacity_curve' in report);
  if (report.capacity_curve) {
    const {points} = report.capacity_curve;
    const curve = async (id) => (await seriesOf(page, id))[0].data;
    const all = points.filter((point) => !point.infeasible_layers);
    assert.deepEqual(await curve('curve-bytes'), all.map((point) => [point.capacity_bytes, point.total_bytes]));
    assert.deepEqual(await curve('curve-energy'), all.map((point) => [point.capacity_bytes, point.energy.total_pj]));
    await page.selectOption('#curve-layer', '1');
    assert.deepEqual(await curve('curve-bytes'), points.filter((point) => point.layers[1])
        .map((point) => [point.capacity_bytes, point.layers[1].total_bytes]));
    await page.selectOption('#curve-layer', '-1');
    assert.equal((await tableOf(page, 'all layers at each capacity')).length, points.length + 1);
  }

  // The DRAM map.
  assert.equal(await has('banks'), 'dram_map' in report);
  if (report.dram_map) {
    const {buffers, steps} = report.dram_map;
    const sorted = (rows) => rows.map(String).sort();
    const shown = (await seriesOf(page, 'banks')).flatMap(({data}) => data);
    assert.deepEqual(sorted(shown), sorted(buffers.flatMap(({rows}, i) => rows.map((each) =>
      [each.first_bank, each.first_row, each.last_bank + 1, each.last_row + 1, i]))));
    const live = await dataOf(page, 'occupancy', 'live bytes');
    assert.deepEqual(live.slice(0, -1), steps.map(({live_bytes}, i) => [i, live_bytes]));
    const limits = {'highest address': report.placement.high_water_bytes, 'most live': report.placement.lower_bound_bytes};
    for (const [name, value] of Object.entries(limits))
      assert.deepEqual((await dataOf(page, 'occupancy', name)).map(([, y]) => y), [value, value]);
    const changing = buffers.flatMap(({live, address_bytes, size_bytes}, i) => live
        .filter(({first_step, last_step}) => live.length > 1 || first_step !== 0 || last_step !== steps.length - 1)
        .map(({first_step, last_step}) => [first_step, address_bytes, last_step + 1, address_bytes + size_bytes, i]));
    assert.ok(changing.length > 0);
    assert.deepEqual(sorted((await seriesOf(page, 'lives')).flatMap(({data}) => data)), sorted(changing));
    assert.equal((await tableOf(page, 'buffers by address')).length, buffers.length + 1);
    assert.equal((await tableOf(page, 'steps of the program')).length, steps.length + 1);

    // A step shows who is live: what is not becomes faint.
    const faint = () => page.evaluate(() => document.querySelectorAll('#banks [fill-opacity="0.12"]').length);
    assert.equal(await faint(), 0);
    const step = steps.findIndex((_, i) => buffers.some(({live, rows}) => rows.length &&
      live.every(({first_step, last_step}) => i < first_step || last_step < i)));
    assert.ok(step >= 0);
    await page.evaluate((step) => {
      const range = document.getElementById('step');
      range.value = step;
      range.dispatchEvent(new Event('input'));
    }, step);
    assert.ok(await faint() > 0);
    const text = await page.textContent('#step-name');
    assert.ok(steps[step].layers.every((layer) => text.includes(report.layers[layer].name)), text);
  }

  // What is in no sum.
  for (const [caption, rows] of [['layers that do not fit', report.layers.filter(({infeasible}) => infeasible)],
    ['operations that have no schedule', report.skipped],
    ['operations that move data and belong to no layer', report.unscheduled ?? []]]) {
    const table = await tableOf(page, caption);
    assert.equal(table ? table.length - 1 : 0, rows.length, caption);
  }
}

async function checkComparison(page, comparison) {
  const {layers, totals} = comparison;
  const charts = {bytes: 'total_bytes', energy: 'energy_pj', time: 'time_lower_bound_ns'};
  for (const [id, key] of Object.entries(charts))
    for (const side of ['a', 'b'])
      assert.deepEqual(await dataOf(page, id, side), layers.map((layer) => layer[side]?.[key] ?? null), `${id} ${side}`);
  const table = await tableOf(page, 'Traffic between DRAM and chip, of each layer');
  assert.equal(table.length, layers.length + 2);
  assert.deepEqual(table.at(-1).slice(0, 3), ['in both', grouped(totals.a.total_bytes), grouped(totals.b.total_bytes)]);
  assert.equal((await tableOf(page, 'facts that differ'))?.length ?? 1, comparison.differences.length + 1);
}

async function checkSweep(page, sweep) {
  const {points, axes, totals} = sweep, done = points.filter(({status}) => status === 'done');
  const keys = {energy: 'energy_pj', time: 'time_lower_bound_ns', bytes: 'total_bytes', bursts: 'total_bursts',
    activations: 'activations', 'simulated-energy': 'simulated_energy_pj', 'simulated-time': 'simulated_time_ns'};
  const valueOf = (point, axis) => axis === 'capacity' ? point.capacity_bytes : point.figures[keys[axis]];
  const sorted = (rows) => rows.map(String).sort();
  for (const y of axes.slice(1)) {
    const series = await seriesOf(page, `front-${y}`);
    const at = (point) => [valueOf(point, axes[0]), valueOf(point, y), point.number];
    const [front, ...others] = series;
    assert.equal(front.name, 'Pareto front');
    assert.equal(front.type, axes.length === 2 ? 'line' : 'scatter');
    assert.deepEqual(sorted(front.data), sorted(done.filter((point) => point.on_front).map(at)));
    assert.deepEqual(front.data.map(([x]) => x), front.data.map(([x]) => x).sort((a, b) => a - b));
    assert.deepEqual(sorted(others.flatMap(({data}) => data)), sorted(done.map(at)));
    // A series has points of one DRAM and one objective.
    for (const {name, data} of others)
      for (const [, , number] of data)
        for (const key of ['dram', 'objective'])
          if (new Set(points.map((point) => point[key])).size > 1)
            assert.ok(name.split(', ').includes(points[number - 1][key]), name);
  }
  const cards = await page.evaluate(() => [...document.querySelectorAll('.card > b')].map((each) => each.textContent));
  assert.deepEqual(cards, [totals.points, totals.on_front, totals.points - totals.done].map(String));
  const all = await tableOf(page, 'all points; the DRAM with channels × ranks × chips');
  const column = (name) => all[0].indexOf(name);
  assert.deepEqual(all.slice(1).map((row) => ['point', 'capacity [B]', 'traffic [B]', 'front'].map((name) => row[column(name)])),
      points.map((point) => [String(point.number), grouped(point.capacity_bytes),
        point.figures ? grouped(point.figures.total_bytes) : '–',
        point.status === 'done' ? (point.on_front ? 'yes' : 'no') : point.status]));
  assert.equal((await tableOf(page, 'the front')).length, totals.on_front + 1);
  const others = await tableOf(page, 'points without figures');
  assert.deepEqual(others ? others.slice(1).map((row) => row.at(-1)) : [],
      points.filter(({status}) => status !== 'done').map(({message}) => message));
}

const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
});
try {
  for (let i = 0; i < pairs.length; i += 2) {
    const url = pathToFileURL(pairs[i]).href, data = JSON.parse(readFileSync(pairs[i + 1], 'utf8'));
    const forms = [[1280, 'light'], [390, 'dark']];
    // One report, one comparison and one sweep are looked at in both.
    for (const [width, colorScheme] of i === 0 || data.comparison_version || data.axes?.length === 2 ? forms : forms.slice(0, 1)) {
      const page = await browser.newPage({viewport: {width, height: 900}, colorScheme});
      const problems = [], requests = [];
      page.on('pageerror', (error) => problems.push(String(error)));
      page.on('console', (message) => problems.push(message.text()));
      page.on('request', (request) => requests.push(request.url()));
      await page.goto(url);
      await (data.comparison_version ? checkComparison : data.sweep_version ? checkSweep : checkReport)(page, data);

      // Every chart is drawn, has a name for those who do not see it, and fits the page.
      const charts = await page.evaluate(() => Object.keys(window.romanet.charts).map((id) => {
        const place = document.getElementById(id), {width, height} = place.querySelector('svg').getBoundingClientRect();
        return {id, width, height, label: place.getAttribute('aria-label'), shapes: place.querySelectorAll('path').length};
      }));
      assert.equal(charts.length, await page.evaluate(() => document.querySelectorAll('.chart').length));
      assert.ok(charts.length >= (data.sweep_version ? data.axes.length - 1 : 3));
      for (const {id, width: own, height, label, shapes} of charts) {
        assert.ok(own > 200 && own <= width && height >= 100, `${id}: ${own} x ${height}`);
        assert.ok(label.length > 10 && shapes > 3, id);
      }
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
      assert.equal(await page.evaluate(() => document.querySelectorAll('main b, main script').length),
          await page.evaluate(() => document.querySelectorAll('.card > b').length), 'text became markup');

      // Light and dark, by the system and by the reader.
      const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
      const bySystem = await ground();
      await page.selectOption('#theme', colorScheme === 'dark' ? 'light' : 'dark');
      assert.notEqual(await ground(), bySystem);
      await page.selectOption('#theme', 'auto');
      assert.equal(await ground(), bySystem);

      assert.ok(await page.evaluate(() => document.querySelector('footer details').textContent
          .includes('The Apache Software Foundation (https://www.apache.org/)')));
      assert.deepEqual(requests, [url]);
      assert.deepEqual(problems, []);
      await page.screenshot({path: join(screenshots, `${basename(pairs[i], '.html')}-${width}-${colorScheme}.png`), fullPage: true});
      await page.close();
    }
    console.log(`${basename(pairs[i])}: as its data say`);
  }
} finally {
  await browser.close();
}
