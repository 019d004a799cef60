'use strict';
// Which sites to build: a greedy answer at once, then a search that proves it, or says how far from the best it may be.
//
// A point is worth what its best chosen site is worth there. It is held as steps: its sites, best first, and what each
// is worth beyond the next; a site wins its own step and all that follow. Bounds are Lagrange's: a multiplier between 0
// and the step's worth pays the sites that could win it, and the rest is a knapsack relaxed to parts of a site, so a
// bound holds whatever the multipliers are. Work is counted in nodes, never in seconds: the same case, the same answer.

const ROOT_ROUNDS = 200;
const NODE_ROUNDS = 24;
const MOST_UNITS = 3000;
const NOISE = 1e-9; // What differs by a smaller share than this is rounding of sums.

// One array for all steps; `starts` says where each point's begin.
function stepsOf(problem) {
  const count = problem.costs.length;
  const sites = Int32Array.from(problem.points.flatMap((point) => point[0]));
  const worth = Float64Array.from(problem.points.flatMap((point) => point[1]));
  const starts = [0];
  problem.points.forEach((point) => starts.push(starts[starts.length - 1] + point[0].length));
  const at = Array.from({ length: count }, () => []);
  for (let point = 0; point + 1 < starts.length; point += 1) {
    for (let step = starts[point]; step < starts[point + 1]; step += 1) at[sites[step]].push([point, step]);
  }
  return { ...problem, unit: unitOf(problem), count: count, sites: sites, worth: worth, starts: starts, at: at };
}

// Money is counted in the greatest unit that all costs are whole numbers of, or in at most MOST_UNITS.
function unitOf(problem) {
  const divisor = (one, other) => (other ? divisor(other, one % other) : one);
  const shared = problem.costs.reduce((unit, cost) => divisor(unit, cost), 0) || 1;
  const all = Math.min(problem.budget, problem.costs.reduce((sum, cost) => sum + cost, 0));
  return Math.max(shared, Math.ceil(all / MOST_UNITS));
}

function spent(made, chosen) {
  return made.costs.reduce((sum, cost, site) => sum + (chosen[site] ? cost : 0), 0);
}

// First step of each point that the chosen win; the point's end: none.
function firstWon(made, chosen) {
  return made.starts.slice(0, -1).map(function (start, point) {
    let step = start;
    while (step < made.starts[point + 1] && !chosen[made.sites[step]]) step += 1;
    return step;
  });
}

function valueOf(made, chosen) {
  let sum = 0;
  firstWon(made, chosen).forEach(function (first, point) {
    for (let step = first; step < made.starts[point + 1]; step += 1) sum += made.worth[step];
  });
  made.tolls.forEach((toll, site) => { if (chosen[site]) sum -= toll; });
  return sum;
}

// Users a day of a choice, the toll not taken off.
function usersOf(problem, chosen) {
  const free = { ...problem, tolls: problem.tolls.map(() => 0) };
  return valueOf(stepsOf(free), chosen);
}

// --- a good choice --------------------------------------------------------------------------------------------

// What a site adds to those that won so far.
function added(made, first, site) {
  let sum = -made.tolls[site];
  for (const [point, step] of made.at[site]) for (let next = step; next < first[point]; next += 1) sum += made.worth[next];
  return sum;
}

function isBarred(made, chosen, site) {
  return made.near[site].some((other) => chosen[other]);
}

// Adds what is worth most for its pounds (power 1) or at all (power 0) until nothing more fits.
function filled(made, begun, barred, power) {
  const chosen = begun.slice();
  const first = firstWon(made, chosen);
  let left = made.budget - spent(made, chosen);
  for (;;) {
    let best = -1;
    let most = 0;
    for (let site = 0; site < made.count; site += 1) {
      if (chosen[site] || barred[site] || made.costs[site] > left || isBarred(made, chosen, site)) continue;
      const more = added(made, first, site);
      const rate = more > 0 ? more / Math.max(1, made.costs[site]) ** power : 0;
      if (rate > most) [best, most] = [site, rate];
    }
    if (best < 0) return chosen;
    chosen[best] = 1;
    left -= made.costs[best];
    for (const [point, step] of made.at[best]) first[point] = Math.min(first[point], step);
  }
}

// Takes one site out and fills again, as long as that is better.
function exchanged(made, begun, locked, barred) {
  let [chosen, value] = [begun, valueOf(made, begun)];
  for (let round = 0, better = true; better && round < 20; round += 1) {
    better = false;
    for (let site = 0; site < made.count; site += 1) {
      if (!chosen[site] || locked[site]) continue;
      const less = chosen.slice();
      less[site] = 0;
      const without = barred.slice();
      without[site] = 1;
      for (const power of [0, 1]) {
        const other = filled(made, filled(made, less, without, power), barred, power);
        const worth = valueOf(made, other);
        if (worth > value + NOISE * Math.max(1, value)) [chosen, value, better] = [other, worth, true];
        if (better) break;
      }
    }
  }
  return { chosen: chosen, value: value };
}

// --- a bound --------------------------------------------------------------------------------------------------

// The sites that are paid more than their toll, and the most that whole ones of them are worth for each amount of money:
// row by row, each with one site more. Money is in units: a cost is rounded down, so that a bound stays one.
function tables(made, paid, state, left) {
  const sites = [];
  for (let site = 0; site < made.count; site += 1) if (state[site] === 0 && paid[site] > 0) sites.push(site);
  const units = Math.floor(left / made.unit);
  const rows = [new Float64Array(units + 1)];
  for (const site of sites) rows.push(oneMore(rows[rows.length - 1], Math.floor(made.costs[site] / made.unit), paid[site]));
  return { sites: sites, units: units, rows: rows };
}

function oneMore(before, cost, worth) {
  const after = before.slice();
  for (let money = cost; money < after.length; money += 1) {
    const sum = before[money - cost] + worth;
    if (sum > after[money]) after[money] = sum;
  }
  return after;
}

function knapsack(made, paid, state, left) {
  const { sites, units, rows } = tables(made, paid, state, left);
  const taken = new Uint8Array(made.count);
  let money = units;
  for (let row = sites.length; row > 0; row -= 1) {
    if (rows[row][money] === rows[row - 1][money]) continue;
    taken[sites[row - 1]] = 1;
    money -= Math.floor(made.costs[sites[row - 1]] / made.unit);
  }
  return { taken: taken, worth: rows[rows.length - 1][units] };
}

// What the knapsack loses where each free site must be in (1) or out (0).
function losses(made, paid, state, left) {
  const { sites, units, rows } = tables(made, paid, state, left);
  const whole = rows[rows.length - 1];
  const found = new Map();
  for (let site = 0; site < made.count; site += 1) {
    const cost = Math.floor(made.costs[site] / made.unit);
    if (state[site] === 0 && paid[site] <= 0) found.set(site, [0, cost > units ? Infinity : whole[units] - whole[units - cost] - paid[site]]);
  }
  let after = new Float64Array(units + 1);
  for (let at = sites.length - 1; at >= 0; at -= 1) {
    const cost = Math.floor(made.costs[sites[at]] / made.unit);
    let [without, within] = [-Infinity, -Infinity];
    for (let money = 0; money <= units; money += 1) {
      without = Math.max(without, rows[at][money] + after[units - money]);
      if (money >= cost) within = Math.max(within, rows[at][money - cost] + after[units - money]);
    }
    found.set(sites[at], [whole[units] - without, whole[units] - within - paid[sites[at]]]);
    after = oneMore(after, cost, paid[sites[at]]);
  }
  return found;
}

// One bound from given multipliers. `won` is the first step of each point that is won by sites already in.
function bounded(made, node, multipliers, won) {
  const paid = new Float64Array(made.count);
  let sum = node.base;
  for (let point = 0; point + 1 < made.starts.length; point += 1) {
    let pay = 0;
    for (let step = won[point] - 1; step >= made.starts[point]; step -= 1) {
      sum += made.worth[step] - multipliers[step];
      pay += multipliers[step];
      paid[made.sites[step]] += pay;
    }
  }
  for (let site = 0; site < made.count; site += 1) paid[site] -= made.tolls[site];
  return { paid: paid, sack: knapsack(made, paid, node.state, node.left), open: sum };
}

// Which way the multipliers move: against the steps that are won too often or not at all, each as far as it is worth,
// none beyond its limits; and the square of how far that is in all.
function slope(made, taken, won, now, out) {
  let square = 0;
  for (let point = 0; point + 1 < made.starts.length; point += 1) {
    let wins = -1;
    for (let step = made.starts[point]; step < won[point]; step += 1) {
      wins += taken[made.sites[step]];
      const worth = made.worth[step];
      out[step] = (wins > 0 && now[step] <= 0) || (wins < 0 && now[step] >= worth) ? 0 : wins * worth;
      square += out[step] * wins;
    }
  }
  return square;
}

// The lowest bound that some rounds find for a node, with the multipliers that give it.
function relaxed(made, node, rounds, best) {
  const won = firstWon(made, node.state.map((how) => (how > 0 ? 1 : 0)));
  const now = node.multipliers.slice();
  const turn = new Float64Array(now.length);
  let found = { bound: Infinity };
  let [pace, stale] = [rounds > NODE_ROUNDS ? 1.6 : 0.6, 0];
  for (let round = 0; round < rounds; round += 1) {
    const { paid, sack, open } = bounded(made, node, now, won);
    const bound = open + sack.worth;
    if (bound < found.bound - 1e-7 * Math.abs(found.bound)) stale = 0;
    else stale += 1;
    if (bound < found.bound) found = { bound: bound, multipliers: now.slice(), paid: paid, sack: sack };
    if (found.bound <= best + NOISE * Math.max(1, best)) break;
    if (stale > 8) [pace, stale] = [pace / 2, 0];
    const square = slope(made, sack.taken, won, now, turn);
    if (square < 1e-18 || pace < 1e-4) break;
    const size = (pace * Math.max(bound - best, 1e-6 * Math.abs(bound))) / square;
    for (let step = 0; step < now.length; step += 1) {
      now[step] = Math.min(made.worth[step], Math.max(0, now[step] - size * turn[step]));
    }
  }
  return found;
}

// --- the search -----------------------------------------------------------------------------------------------

function nodeOf(made, state, multipliers) {
  const chosen = state.map((how) => (how > 0 ? 1 : 0));
  const left = made.budget - spent(made, chosen);
  return { state: state, left: left, base: valueOf(made, chosen), multipliers: multipliers, bound: Infinity };
}

// A site in bars those too near to it and those that the money left no longer buys.
function settled(made, state) {
  const left = made.budget - spent(made, state.map((how) => (how > 0 ? 1 : 0)));
  if (left < 0) return null;
  for (let site = 0; site < made.count; site += 1) {
    if (state[site] > 0 && made.near[site].some((other) => state[other] > 0)) return null;
    if (state[site] === 0 && (made.costs[site] > left || made.near[site].some((other) => state[other] > 0))) state[site] = -1;
  }
  return state;
}

// Sites that must be in, or cannot be, if the node is to hold anything better than what is known.
function fixed(made, node, found, best) {
  const state = node.state.slice();
  const least = best + NOISE * Math.max(1, best);
  let moved = 0;
  for (const [site, [out, within]] of losses(made, found.paid, state, node.left)) {
    if (found.own - within <= least) [state[site], moved] = [-1, moved + 1];
    else if (found.own - out <= least) [state[site], moved] = [1, moved + 1];
  }
  return moved ? state : null;
}

// The free site of which it is least clear: what it costs the bound to take it and to leave it.
function branchSite(made, node, found) {
  let [best, most] = [-1, -1];
  for (const [site, [out, within]] of losses(made, found.paid, node.state, node.left)) {
    const clear = Math.min(1e9, Math.max(out, 1e-6)) * Math.min(1e9, Math.max(within, 1e-6));
    if (clear > most) [best, most] = [site, clear];
  }
  return best;
}

// Yields { chosen, value, bound, proven, nodes } as it goes: the first answer at once; the last one at the end.
// problem: { costs, budget (pence), tolls, lockIn, lockOut, near (for each site those too near), points [[sites], [worth]] }
function* decided(problem, most) {
  const made = stepsOf(problem);
  const locked = problem.lockIn.slice();
  const barred = problem.lockOut.map((out, site) => (out || problem.near[site].some((other) => locked[other]) ? 1 : 0));
  const rootState = settled(made, locked.map((isIn, site) => (isIn ? 1 : barred[site] ? -1 : 0)));
  if (!rootState) return null;
  let best = [0, 1].map((power) => filled(made, locked, barred, power))
    .map((chosen) => ({ chosen: chosen, value: valueOf(made, chosen) })).reduce((one, other) => (other.value > one.value ? other : one));
  const told = (bound, proven, nodes) => ({ ...best, bound: Math.max(bound, best.value), proven: proven, nodes: nodes });
  yield told(Infinity, false, 0);
  best = exchanged(made, best.chosen, locked, barred);
  yield told(Infinity, false, 0);
  const tried = function (state, found) {
    const begun = Array.from(state, (how, site) => (how > 0 || (how === 0 && found.sack.taken[site] === 1) ? 1 : 0));
    if (begun.some((isIn, site) => isIn && isBarred(made, begun, site))) return;
    if (spent(made, begun) > made.budget) return;
    for (const power of [0, 1]) {
      const chosen = filled(made, begun, barred, power);
      const value = valueOf(made, chosen);
      if (value > best.value + NOISE * Math.max(1, best.value)) best = exchanged(made, chosen, locked, barred);
    }
  };
  const open = [nodeOf(made, rootState, made.worth.map((worth) => worth / 2))];
  let nodes = 0;
  while (open.length && nodes < most) {
    let at = 0;
    open.forEach((one, place) => { if (one.bound > open[at].bound) at = place; });
    let node = open.splice(at, 1)[0];
    if (node.bound <= best.value + NOISE * Math.max(1, best.value)) continue;
    let found = null;
    for (;;) {
      nodes += 1;
      found = relaxed(made, node, nodes === 1 ? ROOT_ROUNDS : NODE_ROUNDS, best.value);
      found.own = found.bound;
      found.bound = Math.min(found.bound, node.bound);
      tried(node.state, found);
      if (found.bound <= best.value + NOISE * Math.max(1, best.value)) break;
      const tighter = fixed(made, node, found, best.value);
      const state = tighter && settled(made, tighter);
      if (tighter && !state) found.bound = -Infinity;
      if (!state) break;
      node = { ...nodeOf(made, state, found.multipliers), bound: found.bound };
      if (nodes < most) continue;
      open.push(node); // not looked at: its bound still counts
      node = null;
      break;
    }
    if (!node) break;
    if (found.bound <= best.value + NOISE * Math.max(1, best.value)) continue;
    const site = branchSite(made, node, found);
    if (site < 0) continue; // nothing is free: the choice itself was tried
    for (const how of [1, -1]) {
      const state = node.state.slice();
      state[site] = how;
      const whole = settled(made, state);
      if (whole) open.push({ ...nodeOf(made, whole, found.multipliers), bound: found.bound });
    }
    yield told(Math.max(...open.map((one) => one.bound)), false, nodes);
  }
  const bound = Math.max(best.value, ...open.map((one) => one.bound));
  yield told(bound, bound <= best.value + NOISE * Math.max(1, best.value), nodes);
}
