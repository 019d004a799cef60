'use strict';
// Finding a place by name: every row of the tables, and the postcode districts. Nothing is sent to a network.

const MOST_RESULTS = 12;

function plainText(text) {
  return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().trim();
}

function placesOf(letter) {
  return rowsOf(letter).map(function (row) {
    const ward = cellUnder(row, 'ward_name');
    const beside = KINDS[letter] + (ward && letter !== 'v' ? ', ' + ward : '');
    return { name: rowName(row), beside: beside, plain: plainText(rowName(row)), show: () => goTo(letter, row) };
  });
}

function showDistrict(district) {
  const [west, south, east, north] = district.bounds;
  document.getElementById('picked').replaceChildren(make('p', 'Postcode district', 'kind'), make('h3', district.name));
  document.getElementById('picked-facts').replaceChildren();
  markOutline(null);
  map.fitBounds([[south, west], [north, east]], { animate: !still, padding: [20, 20], maxZoom: CLOSEST_ZOOM });
}

function districts() {
  return settings.districts.map((district) => ({
    name: district.name, beside: 'Postcode district', plain: plainText(district.name), show: () => showDistrict(district),
  }));
}

const searched = ['v', 'c', 'n', 'w', 'a', 'u'].flatMap(placesOf).concat(districts());

// The results for what was typed: a whole postcode, where it is one of the place's, or names.
function placesFor(text) {
  const postcode = postcodeOf(text);
  return postcode ? [{ name: postcode.name, beside: 'Postcode', show: () => showPostcode(postcode) }] : matches(text);
}

function showPostcode(postcode) {
  document.getElementById('picked').replaceChildren(make('p', 'Postcode', 'kind'), ...answerOf(postcode, 'h3').slice(0, -1));
  document.getElementById('picked-facts').replaceChildren();
  showOnMap(postcode);
}

// Names that begin with the typed text come first, then those that contain every word of it.
function matches(text) {
  const words = plainText(text).split(/\s+/).filter(Boolean);
  if (!words.length) return [];
  const found = searched.filter((place) => words.every((word) => place.plain.includes(word)));
  const start = words.join(' ');
  return found.filter((place) => place.plain.startsWith(start)).concat(found.filter((place) => !place.plain.startsWith(start)));
}

function said(count, typed) {
  if (!typed) return '';
  if (!count) return 'Nothing in this plan has that name.';
  const found = count === 1 ? '1 place found.' : count + ' places found.';
  return count > MOST_RESULTS ? found + ' The first ' + MOST_RESULTS + ' are listed: type more to narrow them down.' : found;
}

function resultOf(place) {
  const item = document.createElement('li');
  const button = make('button', '');
  button.type = 'button';
  button.append(make('span', place.name, 'found'), ' ', make('small', place.beside));
  button.addEventListener('click', place.show);
  item.append(button);
  return item;
}

function listMatches() {
  const typed = document.getElementById('search').value;
  const places = placesFor(typed);
  document.getElementById('search-said').textContent = said(places.length, typed.trim());
  document.getElementById('search-results').replaceChildren(...places.slice(0, MOST_RESULTS).map(resultOf));
}

function chooseWard() {
  const choice = document.getElementById('ward-choice');
  if (settings.wardPages) {
    window.location.href = choice.value;
    return;
  }
  const row = document.getElementById(choice.value);
  if (row) goTo('v', row);
  else wholePlace();
}

document.getElementById('search').addEventListener('input', listMatches);
document.getElementById('ward-go').addEventListener('click', chooseWard);
