'use strict';
// The map: the colours of the areas, the symbols shown, and the details of a place.

const settings = JSON.parse(document.getElementById('settings').textContent);
const map = window[settings.map];
const frame = document.querySelector('.map-frame');
const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
const PAN_PX = 120;
const RING_PX = 15;
const CLOSEST_ZOOM = 15;
const KINDS = { a: 'Area', c: 'Proposed site', n: 'Candidate not chosen', w: 'Existing public Wi-Fi', v: 'Ward', u: 'Cluster' };
const LAYERS = {
  a: 'shapes_areas', c: 'geo_json_chosen', n: 'geo_json_not_chosen', w: 'geo_json_existing', v: 'shapes_wards', u: 'shapes_clusters',
};
const GROUPS = ['a', 'c', 'n', 'w'];
let shownColours = settings.shown;
let outline = null;
let ownScores = null; // Class and words of each area by its id, once a slider has changed the scores.

function layersById(letter) {
  const found = new Map();
  window[LAYERS[letter]].eachLayer((layer) => found.set(letter + layer.feature.id, layer));
  return found;
}

// --- details ------------------------------------------------------------------------------------------------

function byYourWeights(letter, row) {
  const found = letter === 'a' && ownScores ? ownScores.get(Number(row.id.slice(1))) : undefined;
  return found ? found.words : '';
}

function spoken(row) {
  const heading = row.closest('table').tHead.querySelector('[data-tier="' + shownColours + '"]');
  if (!heading) return '';
  return cellText(row.cells[heading.cellIndex]) + ' ' + settings.colours[shownColours].title;
}

function linkToRow(row) {
  const line = make('p', '');
  const link = make('a', 'See its row in the table');
  link.href = '#' + row.id;
  line.append(link);
  const page = row.querySelector('th a:not(.to-map)');
  if (!page) return line;
  const open = make('a', 'Open its page');
  open.href = page.getAttribute('href');
  line.append(' ', open);
  return line;
}

function showDetails(letter, row) {
  const labels = headings(row);
  const lines = [make('p', KINDS[letter], 'kind'), make('h3', rowName(row)), make('p', spoken(row)), make('p', byYourWeights(letter, row))];
  const filled = lines.filter((line) => line.textContent);
  document.getElementById('picked').replaceChildren(...filled, linkToRow(row));
  const facts = document.getElementById('picked-facts');
  facts.replaceChildren();
  Array.from(row.cells).forEach(function (cell, column) {
    if (cell.tagName === 'TH') return;
    const pair = make('div', '', cell.classList.contains('why') ? 'long' : '');
    pair.append(make('dt', labels[column]), make('dd', cellText(cell)));
    facts.append(pair);
  });
}

function markOutline(layer) {
  if (outline) outline.remove();
  outline = null;
  if (!layer || !layer.feature) return;
  const around = (feature, at) => L.circleMarker(at, { radius: RING_PX });
  const ring = (name) => L.geoJSON(layer.feature, { interactive: false, style: { className: name }, pointToLayer: around });
  outline = L.layerGroup([ring('ring-outer'), ring('ring-inner')]).addTo(map);
}

function bringIntoView(layer) {
  const centre = layer.getBounds ? layer.getBounds().getCenter() : layer.getLatLng();
  if (!map.getBounds().contains(centre)) map.panTo(centre, { animate: !still });
}

// Shows a place that a reader searched for or chose from the list.
function goTo(letter, row) {
  const layer = layersById(letter).get(row.id);
  showDetails(letter, row);
  markOutline(layer);
  if (!layer) return;
  const bounds = layer.getBounds ? layer.getBounds() : L.latLngBounds([layer.getLatLng()]);
  map.fitBounds(bounds, { animate: !still, padding: [20, 20], maxZoom: CLOSEST_ZOOM });
}

// --- keyboard -----------------------------------------------------------------------------------------------

// In the table's original order, which the arrow keys follow.
function itemsOf(letter) {
  const layers = layersById(letter);
  return rowsOf(letter)
    .filter((row) => layers.has(row.id))
    .map((row) => ({ row: row, layer: layers.get(row.id), element: layers.get(row.id).getElement() }));
}

function step(key, at, last) {
  if (key === 'ArrowRight' || key === 'ArrowDown') return Math.min(at + 1, last);
  if (key === 'ArrowLeft' || key === 'ArrowUp') return Math.max(at - 1, 0);
  if (key === 'Home') return 0;
  return key === 'End' ? last : -1;
}

// One tab stop for the group; the arrow keys, Home and End move inside it.
function makeReachable(letter) {
  const items = itemsOf(letter);
  items.forEach(function (item, at) {
    const element = item.element;
    element.setAttribute('role', 'button');
    element.setAttribute('tabindex', at === 0 ? '0' : '-1');
    element.setAttribute('aria-label', KINDS[letter] + ': ' + rowName(item.row));
    element.setAttribute('aria-controls', 'picked');
    const show = function () {
      showDetails(letter, item.row);
      markOutline(item.layer);
    };
    // When the map moves under a still pointer, the reader has not pointed at anything.
    element.addEventListener('mouseenter', (event) => { if (event.movementX || event.movementY) show(); });
    element.addEventListener('click', show);
    element.addEventListener('focus', function () {
      items.forEach((other) => other.element.setAttribute('tabindex', other === item ? '0' : '-1'));
      show();
      bringIntoView(item.layer);
    });
    element.addEventListener('keydown', function (event) {
      const next = step(event.key, at, items.length - 1);
      if (next < 0) return;
      event.preventDefault();
      items[next].element.focus();
    });
  });
}

// --- colours and marks --------------------------------------------------------------------------------------

function classOf(feature) {
  const found = ownScores && settings.colours[shownColours].isScore ? ownScores.get(feature.id) : undefined;
  return found ? found.klass : feature.properties.k[shownColours];
}

function colourAreas() {
  window.shapes_areas.eachLayer(function (layer) {
    layer.getElement().setAttribute('class', classNames('area', classOf(layer.feature)) + ' leaflet-interactive');
  });
}

function writeKey() {
  const colours = settings.colours[shownColours];
  const found = [];
  window.shapes_areas.eachLayer((layer) => found.push(classOf(layer.feature)));
  const isOwn = ownScores && colours.isScore;
  document.getElementById('key-speed').textContent = colours.title + (isOwn ? ', with your weights' : '');
  const words = document.querySelectorAll('[data-key-words]');
  document.querySelectorAll('[data-key-count]').forEach(function (element, at) {
    const klass = at < words.length - 1 ? at : -1;
    words[at].textContent = colours.words[at];
    element.textContent = String(isOwn ? found.filter((one) => one === klass).length : colours.counts[at]);
  });
}

function chooseColours(position) {
  shownColours = position;
  document.querySelector('input[name="tier"][value="' + position + '"]').checked = true;
  colourAreas();
  writeKey();
}

function showOwnScores(scores) {
  ownScores = scores;
  const score = settings.colours.findIndex((colours) => colours.isScore);
  chooseColours(scores ? score : shownColours);
}

// Letters beside the candidates; made when first switched on.
function addBackhaul() {
  GROUPS.slice(1, 3).forEach(function (letter) {
    layersById(letter).forEach(function (layer, id) {
      const known = cellUnder(document.getElementById(id), 'backhaul_class');
      const icon = L.divIcon({ className: 'badge', iconSize: [16, 16], iconAnchor: [-4, 16], html: make('span', /^[A-D]$/.test(known) ? known : '?') });
      L.marker(layer.getLatLng(), { icon: icon, interactive: false, keyboard: false }).addTo(map);
    });
  });
}

// Hidden, not removed: a layer put back would cover the symbols.
function switchLayer(event) {
  const name = event.target.dataset.layer;
  if (name === 'backhaul' && !frame.querySelector('.badge')) addBackhaul();
  frame.classList.toggle('without-' + name, !event.target.checked);
}

// --- moving -------------------------------------------------------------------------------------------------

function wholePlace() {
  map.fitBounds(window.shapes_wards.getBounds(), { animate: !still, padding: [6, 6] });
}

const ACTIONS = {
  in: () => map.zoomIn(),
  out: () => map.zoomOut(),
  left: () => map.panBy([-PAN_PX, 0], { animate: !still }),
  right: () => map.panBy([PAN_PX, 0], { animate: !still }),
  up: () => map.panBy([0, -PAN_PX], { animate: !still }),
  down: () => map.panBy([0, PAN_PX], { animate: !still }),
  whole: wholePlace,
};

// A white line under each line of wards and clusters, so that it shows on light and on dark classes.
function addHalo(lines, name) {
  L.geoJSON(lines.toGeoJSON(), { interactive: false, style: { className: name } }).addTo(map);
  lines.bringToFront();
}

// Paper has a different width, so the map is drawn again for it.
function fitTo(printing) {
  document.documentElement.classList.toggle('printing', printing);
  map.invalidateSize({ animate: false });
  map.fitBounds(window.shapes_wards.getBounds(), { animate: false, padding: [6, 6] });
}

addHalo(window.shapes_wards, 'ward-halo');
addHalo(window.shapes_clusters, 'cluster-halo');
window.geo_json_not_chosen.bringToFront();
GROUPS.forEach(makeReachable);
document.querySelectorAll('input[name="tier"]').forEach((input) => {
  input.addEventListener('change', () => chooseColours(Number(input.value)));
});
document.querySelectorAll('input[data-layer]').forEach((input) => input.addEventListener('change', switchLayer));
document.querySelectorAll('button[data-do]').forEach(function (button) {
  button.addEventListener('click', () => ACTIONS[button.dataset.do]());
});
document.querySelectorAll('.to-map').forEach(function (link) {
  link.addEventListener('click', () => goTo('c', link.closest('tr')));
});
// One finger scrolls the page, two move the map; buttons do either.
if (window.matchMedia('(pointer: coarse)').matches) map.dragging.disable();
window.addEventListener('beforeprint', () => fitTo(true));
window.addEventListener('afterprint', () => fitTo(false));
