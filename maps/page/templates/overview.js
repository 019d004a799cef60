'use strict';
// The overview: the tier that colours the councils, and which councils are listed.

document.documentElement.classList.replace('no-script', 'script');
const choices = JSON.parse(document.getElementById('settings').textContent);

function colourBy(choice) {
  document.getElementById('key-speed').textContent = choice.speed;
  choice.classes.forEach(function (found, at) {
    const shape = document.getElementById('s' + at);
    if (shape) shape.setAttribute('class', 'area k' + (found < 0 ? 'n' : found));
  });
  document.querySelectorAll('[data-key-count]').forEach((element, at) => { element.textContent = choice.counts[at]; });
}

function listCouncils() {
  const words = document.getElementById('search').value.toLowerCase().split(/\s+/).filter(Boolean);
  const rows = rowsOf('s');
  const found = rows.filter((row) => words.every((word) => rowName(row).toLowerCase().includes(word)));
  rows.forEach((row) => { row.hidden = !found.includes(row); });
  document.getElementById('search-said').textContent = words.length ? found.length + ' of ' + rows.length + ' councils' : '';
}

document.querySelectorAll('input[name="tier"]').forEach(function (input) {
  input.addEventListener('change', () => colourBy(choices[Number(input.value)]));
});
document.getElementById('search').addEventListener('input', listCouncils);
