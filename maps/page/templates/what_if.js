'use strict';
// The sliders: their settings, the effect, and the lines and link that keep them.

const data = JSON.parse(document.getElementById('what-if-data').textContent);
const planWeights = data.criteria.map((criterion) => criterion.weight);
const own = evaluated(data, planWeights);
const QUIET_MS = 400;
const STATE = '#what-if=';
let state = { weights: planWeights, budget: data.own };
let waiting = 0;

const element = (id) => document.getElementById(id);
const pounds = (number) => '\u00a3' + Math.round(number).toLocaleString('en-GB');
const points = (score) => (score === null ? 'not known' : score.toFixed(1));
const place = (rank) => (rank === null ? 'not ranked' : rank.toLocaleString('en-GB'));
const isAsPlanned = () => state.weights.every((weight, at) => weight === planWeights[at]);

function percent(part, whole) {
  return whole > 0 ? (100 * part / whole).toFixed(1) + ' %' : 'not known';
}

// --- what is shown ------------------------------------------------------------------------------------------

// A row for each row of the plan's own table, kept in this order even when a reader sorts the table.
function rankRow(source, withWard) {
  const row = document.createElement('tr');
  const name = make('th', rowName(source));
  name.scope = 'row';
  const rank = cellUnder(source, 'rank');
  const score = cellUnder(source, 'score');
  const ward = withWard ? [make('td', cellUnder(source, 'ward_name'), 't')] : [];
  row.append(make('td', rank), make('td', rank), make('td', '0'), name, ...ward, make('td', score), make('td', score));
  return row;
}

function fillRanks(kind, letter) {
  const body = document.querySelector('tbody[data-ranks="' + kind + '"]');
  if (!body) return [];
  const withWard = body.closest('table').tHead.rows[0].cells.length === 7;
  body.append(...rowsOf(letter).map((source) => rankRow(source, withWard)));
  return Array.from(body.rows);
}

const rankRows = { areas: fillRanks('areas', 'a'), wards: fillRanks('wards', 'v') };
const budgetRows = rowsOf('b');

function moved(before, after) {
  if (before === null || after === null || before === after) return before === after ? '0' : 'not ranked';
  return (after < before ? 'up ' : 'down ') + Math.abs(before - after);
}

function writeRanks(kind, found) {
  data[kind].rows.forEach(function (position, at) {
    const row = rankRows[kind][position];
    if (!row) return;
    row.cells[0].textContent = place(found.ranks[at]);
    row.cells[2].textContent = moved(own[kind].ranks[at], found.ranks[at]);
    row.cells[row.cells.length - 2].textContent = points(found.scores[at]);
  });
}

function writeBudgets(found) {
  budgetRows.forEach(function (row, at) {
    row.cells[6].textContent = percent(found.covered[at], found.demand);
    row.toggleAttribute('aria-current', at === state.budget);
    if (at === state.budget) row.setAttribute('aria-current', 'true');
  });
}

function showOnMap(found) {
  if (isAsPlanned()) {
    if (ownScores) showOwnScores(null);
    return;
  }
  const scores = new Map();
  data.areas.rows.forEach(function (position, at) {
    const score = found.areas.scores[at];
    const klass = score === null ? -1 : data.breaks.filter((limit) => score > limit).length;
    const words = 'With your weights: score ' + points(score) + ', rank ' + place(found.areas.ranks[at]) + '.';
    if (position >= 0) scores.set(position, { klass: klass, words: words });
  });
  showOwnScores(scores);
}

// Sites of another shortlist: those it leaves out are faded, those it adds are filled. null: the plan's own.
function markChosen(chosen) {
  ['c', 'n'].forEach((letter) => layersById(letter).forEach(function (layer, id) {
    layer.getElement().classList.toggle('left-out', chosen !== null && letter === 'c' && !chosen.has(id));
    const isTaken = chosen !== null && letter === 'n' && chosen.has(id);
    layer.getElement().classList.toggle('taken-in', isTaken);
    if (isTaken) layer.bringToFront();
  }));
}

function markSites() {
  markChosen(state.budget === data.own ? null : new Set(data.steps[state.budget].sites));
}

function nameOf(kind, at) {
  const position = data[kind].rows[at];
  return position < 0 ? '' : rowName(rankRows[kind][position]);
}

function firstSentence(found) {
  const at = found.areas.ranks.indexOf(1);
  const name = at < 0 ? '' : nameOf('areas', at);
  if (isAsPlanned()) return name ? 'With the plan\u2019s own weights, ' + name + ' comes first.' : '';
  const start = name ? name + ' comes first' + (own.areas.ranks[at] === 1 ? ', as in the plan. ' : ' (in the plan it is ' + place(own.areas.ranks[at]) + '). ') : '';
  const changed = found.areas.ranks.filter((rank, area) => rank !== own.areas.ranks[area]).length;
  return start + changed + ' of ' + found.areas.ranks.length + (changed === 1 ? ' area changes its rank.' : ' areas change their rank.');
}

function wardSentence(found) {
  const here = data.wards.rows.findIndex((position) => position >= 0);
  if (!document.body.classList.contains('one-ward') || here < 0) return '';
  const [now, before] = [found.wards.ranks[here], own.wards.ranks[here]];
  const beside = isAsPlanned() ? '. ' : '; in the plan ' + place(before) + '. ';
  return 'This ward ranks ' + place(now) + ' of ' + data.wards.rows.length + ' wards' + beside;
}

function budgetSentence(found) {
  if (!data.steps.length) return '';
  const chosen = data.steps[state.budget];
  const sites = chosen.count === 1 ? '1 site' : chosen.count + ' sites';
  const now = percent(found.covered[state.budget], found.demand);
  const before = percent(own.covered[state.budget], own.demand);
  const best = chosen.proven ? 'the proven best' : 'the best found';
  const others = isAsPlanned() || !data.follows ? '' : ' With your weights another choice may serve more: run the plan again to find it.';
  const covers = isAsPlanned() || !data.follows ? before + ' of the demand.' : now + ' of the demand with your weights, ' + before + ' with the plan\u2019s.';
  return 'For ' + pounds(chosen.budget) + ', the shortlist has ' + sites + ' costing ' + pounds(chosen.spent) + ', ' + best +
    (data.follows ? ' with the plan\u2019s own weights' : '') + '. It serves ' + covers + others;
}

function listSites() {
  if (!data.steps.length || state.budget === data.own) return '';
  const names = data.steps[state.budget].sites.map((id) => rowName(document.getElementById(id)));
  const where = document.body.classList.contains('one-ward') ? 'In this ward: ' : 'Its sites: ';
  return names.length ? where + names.join(', ') + '.' : where + 'none.';
}

function announce(found) {
  const sentences = [wardSentence(found) + firstSentence(found), budgetSentence(found), listSites()];
  element('what-if-said').replaceChildren(...sentences.filter(Boolean).map((sentence) => make('p', sentence)));
}

// --- what keeps it ------------------------------------------------------------------------------------------

function asToml(number) {
  return Number.isInteger(number) ? number + '.0' : String(number);
}

function tomlLines() {
  const stated = data.criteria.map((criterion, at) => [criterion.key, state.weights[at]]);
  const kept = data.kept.filter(([, weight]) => weight > 0);
  const budget = data.steps.length ? ['', '[sites]', 'budget_gbp = ' + asToml(data.steps[state.budget].budget)] : [];
  return ['[score.weights]', ...[...stated, ...kept].map(([key, weight]) => key + ' = ' + asToml(weight)), ...budget].join('\n');
}

function fragment() {
  const weights = data.criteria.map((criterion, at) => encodeURIComponent(criterion.key) + ':' + state.weights[at]);
  return STATE + weights.join(',') + ';budget:' + (data.steps.length ? data.steps[state.budget].budget : 0);
}

// A link can come from anyone: only known criteria, numbers in range and solved budgets are accepted.
function readFragment(text) {
  if (!text.startsWith(STATE) || text.length > 4000) return null;
  const weights = planWeights.slice();
  let budget = data.own;
  for (const part of text.slice(STATE.length).split(/[,;]/)) {
    const [name, given] = part.split(':');
    const number = /^\d{1,10}(\.\d{1,17})?(e-?\d{1,2})?$/.test(given || '') ? Number(given) : NaN;
    const at = data.criteria.findIndex((criterion) => encodeURIComponent(criterion.key) === name);
    if (Number.isNaN(number)) return null;
    if (name === 'budget' && data.steps.length) budget = budgetStep(data.steps, number);
    else if (at >= 0 && number <= data.largest) weights[at] = number;
    else if (name !== 'budget') return null;
  }
  return total(weights) > 0 ? { weights: weights, budget: budget } : null;
}

function writeKeeping() {
  element('what-if-toml').textContent = tomlLines();
  element('what-if-link').setAttribute('href', fragment());
}

function copy(text, words) {
  const message = element('what-if-copied');
  const failed = () => { message.textContent = 'This browser does not let pages copy text. Select the text and copy it yourself.'; };
  if (!navigator.clipboard) return failed();
  return navigator.clipboard.writeText(text).then(() => { message.textContent = words; }, failed);
}

// --- controls -----------------------------------------------------------------------------------------------

function writeControls() {
  state.weights.forEach(function (weight, at) {
    document.querySelector('[data-slider="' + at + '"]').value = weight;
    document.querySelector('[data-weight="' + at + '"]').value = weight;
  });
  if (!data.steps.length) return;
  const budget = data.steps[state.budget].budget;
  element('budget-slider').value = state.budget;
  element('budget-slider').setAttribute('aria-valuetext', pounds(budget));
  element('budget').value = budget;
}

function budgetNote(asked) {
  const step = data.steps[state.budget];
  const taken = asked === step.budget ? '' : 'Showing the nearest solved budget below it, ' + pounds(step.budget) + '. ';
  element('budget-said').textContent = taken + 'Solved budgets: ' + data.steps.map((one) => pounds(one.budget)).join(', ') + '.';
}

function show() {
  const found = evaluated(data, state.weights);
  writeRanks('areas', found.areas);
  writeRanks('wards', found.wards);
  writeBudgets(found);
  showOnMap(found);
  markSites();
  writeKeeping();
  // A screen reader announces the result once the slider stops, not at every step.
  clearTimeout(waiting);
  waiting = setTimeout(() => announce(found), QUIET_MS);
}

function take(weights, budget) {
  state = { weights: weights, budget: budget };
  show();
}

function refuse(words) {
  clearTimeout(waiting);
  element('what-if-said').replaceChildren(make('p', words));
}

function takeWeight(at, text) {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0 && number <= data.largest)) {
    return refuse('A weight must be a number from 0 to ' + data.largest + '.');
  }
  const weights = state.weights.map((weight, other) => (other === at ? number : weight));
  if (!(total(weights) > 0)) return refuse('Give at least one criterion a weight above 0.');
  return take(weights, state.budget);
}

function takeBudget(text) {
  const number = Number(text);
  if (text.trim() === '' || !(number >= 0)) return refuse('A budget must be a number of pounds, 0 or more.');
  take(state.weights, budgetStep(data.steps, number));
  return budgetNote(number);
}

function reset() {
  take(planWeights, data.own);
  writeControls();
  if (data.steps.length) budgetNote(data.steps[data.own].budget);
}

function sortByNewRank() {
  document.querySelectorAll('tbody[data-ranks]').forEach((body) => sortTable(body.closest('table'), 0, 1));
}

function followLink() {
  const asked = readFragment(window.location.hash);
  if (!asked) return;
  take(asked.weights, asked.budget);
  writeControls();
  if (data.steps.length) budgetNote(data.steps[state.budget].budget);
}

document.querySelectorAll('[data-slider]').forEach((slider) => slider.addEventListener('input', function () {
  document.querySelector('[data-weight="' + slider.dataset.slider + '"]').value = slider.value;
  takeWeight(Number(slider.dataset.slider), slider.value);
}));
document.querySelectorAll('[data-weight]').forEach((box) => box.addEventListener('input', function () {
  document.querySelector('[data-slider="' + box.dataset.weight + '"]').value = box.value;
  takeWeight(Number(box.dataset.weight), box.value);
}));
if (data.steps.length) {
  element('budget-slider').addEventListener('input', function () {
    take(state.weights, Number(element('budget-slider').value));
    writeControls();
    budgetNote(data.steps[state.budget].budget);
  });
  element('budget').addEventListener('input', function () {
    takeBudget(element('budget').value);
    element('budget-slider').value = state.budget;
  });
  budgetNote(data.steps[data.own].budget);
}
element('what-if-reset').addEventListener('click', reset);
element('what-if-sort').addEventListener('click', sortByNewRank);
element('what-if-copy').addEventListener('click', () => copy(tomlLines(), 'Lines copied.'));
element('what-if-copy-link').addEventListener('click', () => copy(element('what-if-link').href, 'Link copied.'));
window.addEventListener('hashchange', followLink);
writeControls();
writeKeeping();
announce(own);
followLink();
