// The page of one report, of the comparison of two, or of a sweep.

import {drawAll, setTheme} from './chart.js';
import {comparisonPage} from './comparison.js';
import {reportPage} from './report.js';
import {sweepPage} from './sweep.js';

const data = JSON.parse(document.getElementById('data').textContent);
const {title, subtitle, sections} = data.report ? reportPage(data.report, data.file) :
  data.sweep ? sweepPage(data.sweep, data.file) : comparisonPage(data.comparison);
document.title = `${title} – ROMANet`;
document.getElementById('title').textContent = title;
document.getElementById('subtitle').textContent = subtitle;
document.getElementById('main').append(...sections);

const select = document.getElementById('theme');
const dark = window.matchMedia('(prefers-color-scheme: dark)');
const apply = () => setTheme(select.value === 'auto' ? (dark.matches ? 'dark' : 'light') : select.value);
select.addEventListener('change', apply);
dark.addEventListener('change', apply);
apply();
drawAll();
