// Puts the page together: build.mjs OUTPUT. The output is a string of C++ with the
// whole page, in which the program puts the data.

import {build} from 'esbuild';
import {readFileSync, writeFileSync} from 'node:fs';

const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');

const {outputFiles: [{text: script}]} = await build({
  entryPoints: ['main.js'], bundle: true, minify: true, write: false, format: 'iife',
  target: 'es2020', charset: 'utf8', legalComments: 'none',
});

const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const licences = [
  ['Apache ECharts', 'echarts/LICENSE', 'echarts/NOTICE', 'echarts/licenses/LICENSE-d3'],
  ['ZRender', 'zrender/LICENSE'],
  ['tslib', 'tslib/LICENSE.txt'],
].map(([name, ...files]) => {
  const {version} = JSON.parse(read(`node_modules/${files[0].split('/')[0]}/package.json`));
  return `<h3>${name} ${version}</h3>` +
      files.map((file) => `<pre>${escape(read(`node_modules/${file}`))}</pre>`).join('');
}).join('\n');

// A function, since replacements have a meaning of '$'.
const page = read('page.html')
    .replace('/*STYLE*/', () => read('style.css'))
    .replace('<!--LICENCES-->', () => licences)
    .replace('/*SCRIPT*/', () => script);
for (const [what, count] of [['<!--DATA-->', 1], ['</script', 1], [')romanet"', 0]])
  if (page.split(what).length - 1 !== count)
    throw new Error(`the page has not ${count} of ${what}`);
writeFileSync(process.argv[2], `R"romanet(${page})romanet"\n`);
