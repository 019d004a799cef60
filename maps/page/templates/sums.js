'use strict';
// The arithmetic of coverage/siting/what_if.py and coverage/scoring/, in the same order, so that sums agree to the last bit.

const LEAST_KNOWN_SHARE = 0.5;

function total(numbers) {
  let sum = 0;
  for (const number of numbers) sum += number;
  return sum;
}

function scaled(weights) {
  const whole = total(weights);
  return weights.map((weight) => weight / whole);
}

// To the nearest whole number, halves to even.
function wholeNumber(number) {
  const up = Math.round(number);
  return up - number === 0.5 && up % 2 !== 0 ? up - 1 : up;
}

function toBillionths(number) {
  return wholeNumber(number * 1e9) / 1e9;
}

// Weighted mean of the values that are known (null: not known), 0 to 100; null where too little is known.
function scoreOf(values, weights) {
  if (toBillionths(knownShare(values, weights)) < LEAST_KNOWN_SHARE) return null;
  let used = 0;
  let sum = 0;
  values.forEach(function (value, at) {
    if (value === null) return;
    used += weights[at];
    sum += value * weights[at];
  });
  return 100 * (sum / used);
}

function knownShare(values, weights) {
  const parts = scaled(weights);
  return Math.min(total(values.map((value, at) => (value === null ? 0 : parts[at]))), 1);
}

// Scores and ranks of a table whose rows are sorted by code; null: none.
function rankedBy(table, stated) {
  const weights = scaled(stated);
  const scores = table.values.map((values) => scoreOf(values, weights));
  const rounded = scores.map((score) => (score === null ? null : toBillionths(score)));
  const order = scores.map((score, at) => at).filter((at) => scores[at] !== null);
  order.sort((one, other) => rounded[other] - rounded[one] || one - other);
  const ranks = scores.map(() => null);
  order.forEach((at, place) => { ranks[at] = place + 1; });
  return { scores: scores, ranks: ranks };
}

// Need of each area, 0 to 1: its score, or the mean by premises of those that have one; 0 where none has.
function needsOf(scores, premises) {
  const need = scores.map((score) => (score === null ? 0 : score) / 100);
  const counted = premises.map((number, at) => (scores[at] === null ? 0 : number));
  const whole = total(counted);
  const mean = whole > 0 ? total(counted.map((number, at) => number * need[at])) / whole : 0;
  return need.map((share, at) => (scores[at] === null ? mean : share));
}

// Demand of one row of sums given the areas' scores.
function demandOf(row, scores, premises) {
  const need = needsOf(scores, premises);
  const residents = total(row.at.map((area, at) => row.reached[at] * need[area]));
  const whole = total(premises.map((number, at) => number * need[at]));
  return residents + row.others * whole + row.fixed;
}

// Everything the sliders change: scores and ranks of areas and wards, and how much demand each shortlist covers.
function evaluated(data, weights) {
  const areas = rankedBy(data.areas, weights);
  return {
    areas: areas,
    wards: rankedBy(data.wards, weights),
    covered: data.steps.map((step) => demandOf(step, areas.scores, data.premises)),
    demand: demandOf(data.all, areas.scores, data.premises),
  };
}

// The largest solved budget not above the one given; the smallest if there is none.
function budgetStep(steps, pounds) {
  let found = 0;
  steps.forEach((step, at) => { if (step.budget <= pounds) found = at; });
  return found;
}
