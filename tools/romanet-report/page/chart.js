// Charts by Apache ECharts, drawn as SVG, redrawn where the theme or the width changes.

import {BarChart, CustomChart, LineChart, ScatterChart} from 'echarts/charts';
import {AriaComponent, DataZoomComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent}
  from 'echarts/components';
import {getInstanceByDom, init, use} from 'echarts/core';
import {SVGRenderer} from 'echarts/renderers';
import {element} from './dom.js';
import {shorten} from './format.js';

use([BarChart, CustomChart, LineChart, ScatterChart, AriaComponent, DataZoomComponent, GridComponent, LegendComponent,
  MarkLineComponent, TooltipComponent, SVGRenderer]);

const themes = {
  light: {text: '#1d2430', dim: '#5a6473', line: '#d9dee6', card: '#ffffff',
    colors: ['#2f7ec2', '#e08a1e', '#2a9d76', '#a4508b', '#7d8794', '#c8b800'], mark: '#111820', other: '#c23b22'},
  dark: {text: '#e6e9ee', dim: '#a0a9b6', line: '#373e49', card: '#1d2128',
    colors: ['#5aa9e6', '#f0a53a', '#4cc29a', '#cf7fb6', '#929cab', '#e3d44a'], mark: '#f4f6f8', other: '#ff8264'},
};

const charts = [];
let theme = themes.light;

/** For the tests and for whoever looks at the page with a console. */
window.romanet = {charts: {}, getInstanceByDom};

/**
 * A place for a chart. `options` makes those of ECharts for the colors of a theme and the width there
 * is; `height` in pixels may depend on the width, too.
 */
export function chart(id, label, height, options) {
  const place = element('div', {class: 'chart', id, role: 'img', 'aria-label': label});
  charts.push({id, place, height, options, width: 0});
  return place;
}

function draw(each) {
  const width = each.place.clientWidth;
  if (!width)
    return;
  each.width = width;
  const height = typeof each.height === 'function' ? each.height(width) : each.height;
  each.place.style.height = `${height}px`;
  const instance = getInstanceByDom(each.place) ?? init(each.place, null, {renderer: 'svg', width, height});
  window.romanet.charts[each.id] = instance;
  instance.resize({width, height});
  const made = each.options(theme, width);
  const style = {textStyle: {color: theme.text}, fontFamily: 'inherit'};
  instance.setOption({
    animation: false, color: theme.colors, aria: {enabled: false}, ...style,
    ...made,
    tooltip: {
      // As text: nothing in a report becomes part of the page's HTML.
      renderMode: 'richText', confine: true, backgroundColor: theme.card, borderColor: theme.line,
      textStyle: {color: theme.text, fontSize: 12.5}, ...made.tooltip,
    },
  }, {notMerge: true});
}

export function redraw(id) {
  for (const each of charts)
    if (!id || each.id === id)
      draw(each);
}

export function setTheme(name) {
  theme = themes[name];
  document.documentElement.className = name;
  redraw();
}

/** Draws all charts, and again where their width changes. */
export function drawAll() {
  redraw();
  const observer = new ResizeObserver((entries) => {
    for (const {target} of entries) {
      const each = charts.find(({place}) => place === target);
      if (each.place.clientWidth !== each.width)
        draw(each);
    }
  });
  for (const {place} of charts)
    observer.observe(place);
}

//
// Parts of options.
//

export function axisStyle(theme) {
  return {
    axisLabel: {color: theme.dim, fontSize: 12}, axisLine: {lineStyle: {color: theme.line}},
    axisTick: {lineStyle: {color: theme.line}}, nameTextStyle: {color: theme.dim, fontSize: 12},
    splitLine: {lineStyle: {color: theme.line}},
  };
}

export function legend(theme, more = {}) {
  return {top: 0, left: 0, type: 'scroll', icon: 'roundRect', itemWidth: 14, itemHeight: 10,
    textStyle: {color: theme.text, fontSize: 12.5}, pageTextStyle: {color: theme.dim},
    pageIconColor: theme.text, pageIconInactiveColor: theme.line, ...more};
}

/** A value axis in a unit of the quantity. */
export function valueAxis(theme, name, quantity, largest, more = {}) {
  const {unit, label} = quantity.axis(largest);
  const style = axisStyle(theme);
  return {type: 'value', name: unit ? `${name} [${unit}]` : name, nameLocation: 'middle', ...style,
    axisLabel: {...style.axisLabel, formatter: label, hideOverlap: true, ...more.interval ? {showMaxLabel: false} : {}},
    ...more};
}

/** A slider that shows a part of an axis. */
export function zoom(theme, where) {
  const nothing = {areaStyle: {opacity: 0}, lineStyle: {opacity: 0}};
  return [{type: 'slider', filterMode: 'none', brushSelect: false, showDetail: false, borderColor: theme.line,
    fillerColor: 'rgba(110,150,200,.25)', dataBackground: nothing, selectedDataBackground: nothing, handleSize: '110%',
    moveHandleSize: 0, ...where}];
}

/** Names of layers, the first on top. */
export function layerAxis(theme, names, width) {
  const style = axisStyle(theme);
  const room = Math.min(160, width * 0.28);
  // A character is about 7.5 wide; what is wider all the same is cut.
  return {type: 'category', data: names, inverse: true, ...style, splitLine: {show: false},
    axisLabel: {...style.axisLabel, color: theme.text, width: room, overflow: 'truncate', interval: 0,
      formatter: (name) => shorten(name, Math.floor(room / 7.5))}};
}

/** The height of a chart with a bar for each layer. */
export const barsHeight = (count, perLayer = 24) => 116 + Math.max(count, 2) * perLayer;

/**
 * Horizontal bars, a layer each, that stack `parts`: {name, values}; and marks: {name, values, symbol}.
 */
export function stackedBars(theme, width, {names, parts, marks = [], axis, quantity, bar = 14}) {
  const all = [...parts.map(({values}) => values), ...marks.map(({values}) => values)].flat();
  const largest = Math.max(0, ...all.filter((value) => value !== null));
  const shapes = {
    bound: {symbol: 'rect', symbolSize: [3, bar + 6], itemStyle: {color: theme.mark, opacity: 1}},
    baseline: {symbol: 'diamond', symbolSize: 11,
      itemStyle: {color: theme.other, opacity: 1, borderColor: theme.card, borderWidth: 1}},
  };
  return {
    legend: legend(theme),
    grid: {left: 4, right: 18, top: 34, bottom: 54, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel'},
    xAxis: valueAxis(theme, axis, quantity, largest,
        {nameGap: 26, ...quantity.interval ? {interval: quantity.interval(largest)} : {}}),
    dataZoom: zoom(theme, {xAxisIndex: 0, bottom: 2, height: 16, left: 120, right: 30}),
    yAxis: layerAxis(theme, names, width),
    tooltip: {
      trigger: 'axis', axisPointer: {type: 'shadow'},
      formatter: (items) => [items[0].name, ...items.filter(({value}) => value !== null && value !== undefined)
          .map(({seriesName, value}) => `${seriesName}: ${quantity.show(Array.isArray(value) ? value[0] : value)}`)]
          .join('\n'),
    },
    series: [
      ...parts.map(({name, values, stack}) => ({
        type: 'bar', name, stack: stack ?? 'all', data: values, barMaxWidth: bar, barGap: '10%',
        barCategoryGap: '25%'})),
      ...marks.map(({name, values, shape}) => ({
        type: 'scatter', name, data: values, z: 5, ...shapes[shape]})),
    ],
  };
}
