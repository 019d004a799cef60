'use strict';
// Deciding again: any budget, sites that must or must not be built, and what is then best.

const decideData = JSON.parse(document.getElementById('decide-data').textContent);
const MOST_WORK = 2e6; // Nodes times steps after which a search ends with what it has and says its gap.

function decideControls() {
  const asked = { budget: decideData.budget, locks: new Map() };
  let running = 0;

  const nameOfSite = (site) => {
    const row = document.getElementById(decideData.rows[site]);
    return row ? rowName(row) : decideData.ids[site];
  };
  const inPlan = decideData.rows.map((row) => row.startsWith('c'));
  const many = (number, one) => number.toLocaleString('en-GB') + ' ' + one + (number === 1 ? '' : 's');
  const usersWords = (users) => 'about ' + Math.round(users).toLocaleString('en-GB');
  const costOf = (chosen) => decideData.costs.reduce((sum, each, site) => sum + (chosen[site] ? each : 0), 0) / 100;
  const sitesWords = (chosen) => many(chosen.filter(Boolean).length, 'site') + ' for ' + pounds(costOf(chosen));
  const planWords = 'the plan\u2019s ' + sitesWords(inPlan) + ' add ' + usersWords(usersOf(decideData, inPlan.map(Number)));

  function problem() {
    const locked = (how, own) => own.map((is, site) => (asked.locks.has(site) ? Number(asked.locks.get(site) === how) : is));
    const lockIn = locked('in', decideData.lockIn);
    const tolls = decideData.tolls.map((toll, site) => (lockIn[site] ? 0 : toll));
    return { ...decideData, budget: asked.budget, lockIn: lockIn, lockOut: locked('out', decideData.lockOut), tolls: tolls };
  }

  // --- what is said -----------------------------------------------------------------------------------------

  function proofWords(found, users) {
    // What a site must add is taken off for each, so a choice of more sites, each with fewer users, is no better one.
    const fewer = decideData.tolls.some((toll) => toll > 0) ? 'choice of as many sites or fewer' : 'other choice';
    const others = fewer + ' within this budget' + (asked.locks.size ? ' and your list' : '');
    if (found.proven) return 'This is proven best: no ' + others + ' adds more.';
    if (!Number.isFinite(found.bound)) return 'Whether another choice adds more is being worked out.';
    const gap = 100 * (found.bound - found.value) / Math.max(users, 1e-9);
    return 'This is the best found, not proven: no ' + others + ' can add over ' + gap.toFixed(1) + ' % more.';
  }

  function sentences(found, stated) {
    const users = usersOf(stated, found.chosen);
    const [taken, left] = [1, 0].map((is) => inPlan.map((was, site) => (Boolean(found.chosen[site]) !== was && found.chosen[site] === is ? nameOfSite(site) : '')).filter(Boolean));
    return [
      'A budget of ' + pounds(stated.budget / 100) + ' buys ' + sitesWords(found.chosen) + ', which add ' + usersWords(users) +
        ' users a day; ' + planWords + '. ' + proofWords(found, users),
      taken.length || left.length ? '' : 'These are the sites of the plan.',
      taken.length ? 'Not in the plan, large red dots on the map: ' + taken.join('; ') + '.' : '',
      left.length ? 'In the plan and not here, faded on the map: ' + left.join('; ') + '.' : '',
    ].filter(Boolean);
  }

  function say(words) {
    element('decide-said').replaceChildren(...words.map((each) => make('p', each)));
  }

  function listDecided(found, stated) {
    const sites = inPlan.map((was, site) => site).filter((site) => found.chosen[site]);
    element('decide-sites').replaceChildren(...sites.map(function (site) {
      return make('li', nameOfSite(site) + ': ' + pounds(stated.costs[site] / 100) + (inPlan[site] ? ', in the plan' : ', not in the plan'));
    }));
    element('decide-toml').textContent = decidedToml(stated);
    element('decide-found').hidden = false;
    markChosen(new Set(sites.map((site) => decideData.rows[site])));
  }

  function decidedToml(stated) {
    const named = (ids) => '[' + ids.map((id) => JSON.stringify(id)).join(', ') + ']';
    const lockedIn = decideData.ids.filter((id, site) => stated.lockIn[site]);
    // A site without a line is left out by the model, not by plan.toml.
    const asOut = decideData.ids.filter((id, site) => asked.locks.get(site) === 'out');
    const lockedOut = Array.from(new Set([...decideData.statedOut, ...asOut]));
    return ['[sites]', 'budget_gbp = ' + asToml(stated.budget / 100), 'lock_in = ' + named(lockedIn), 'lock_out = ' + named(lockedOut)].join('\n');
  }

  // --- the search -------------------------------------------------------------------------------------------

  function find() {
    const text = element('decide-budget').value;
    running += 1;
    element('decide-said').setAttribute('aria-busy', 'false');
    if (text.trim() === '' || !(Number(text) >= 0 && Number(text) <= 1e9)) return say(['A budget must be a number of pounds from 0 to 1,000,000,000.']);
    asked.budget = Math.round(Number(text) * 100);
    const [mine, stated] = [running, problem()];
    const steps = stated.points.reduce((sum, point) => sum + point[0].length, 0);
    const search = decided(stated, Math.min(400, Math.max(20, Math.ceil(MOST_WORK / Math.max(steps, 1)))));
    element('decide-said').setAttribute('aria-busy', 'true');
    let last = null;
    (function next() {
      if (mine !== running) return;
      const told = search.next();
      if (!told.done) {
        last = told.value;
        say(sentences(last, stated));
        setTimeout(next, 0);
        return;
      }
      element('decide-said').setAttribute('aria-busy', 'false');
      if (last) listDecided(last, stated);
      else say(['These sites cannot all be built together for ' + pounds(stated.budget / 100) + ': raise the budget or take one off the list.']);
    })();
  }

  function writeLocks() {
    element('decide-locks').replaceChildren(...Array.from(asked.locks, function ([site, how]) {
      const item = make('li', nameOfSite(site) + (how === 'in' ? ' must be built ' : ' must not be built '));
      const off = make('button', 'Take off the list');
      off.type = 'button';
      off.setAttribute('aria-label', 'Take off the list: ' + nameOfSite(site));
      off.addEventListener('click', function () {
        asked.locks.delete(site);
        writeLocks();
        element('decide-site').focus();
      });
      item.append(off);
      return item;
    }));
  }

  function lock(how) {
    const site = Number(element('decide-site').value);
    if (how === 'in' && decideData.lockOut[site]) return say(['The plan leaves ' + nameOfSite(site) + ' out. To build it, change that in plan.toml and run the plan again.']);
    asked.locks.set(site, how);
    return writeLocks();
  }

  function back() {
    running += 1;
    asked.locks.clear();
    element('decide-budget').value = decideData.budget / 100;
    writeLocks();
    element('decide-said').setAttribute('aria-busy', 'false');
    element('decide-said').replaceChildren();
    element('decide-found').hidden = true;
    markChosen(null);
  }

  const names = decideData.ids.map((id, site) => [nameOfSite(site), site]).sort(([one], [other]) => one.localeCompare(other, 'en-GB'));
  element('decide-site').replaceChildren(...names.map(function ([name, site]) {
    const option = make('option', name);
    option.value = site;
    return option;
  }));
  element('decide-in').addEventListener('click', () => lock('in'));
  element('decide-out').addEventListener('click', () => lock('out'));
  element('decide-go').addEventListener('click', find);
  element('decide-back').addEventListener('click', back);
}

if (decideData) decideControls();
