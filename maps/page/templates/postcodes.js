'use strict';
// A reader's own postcode: its ward, its area, what can be had there, the nearest proposed site, whom to ask.

const postcodes = JSON.parse(document.getElementById('postcodes').textContent);
const POSTCODE = /^([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})$/;
const AS_DIGIT = { O: '0', I: '1', L: '1', S: '5', B: '8', Z: '2' };
const AS_LETTER = { 0: 'O', 1: 'I', 5: 'S', 8: 'B', 2: 'Z' };
const RIGHT_TO_REQUEST_MBPS = 'decent_10';

function unitsOf(sector) {
  const text = postcodes.sectors[sector];
  const found = new Map();
  if (!text) return found;
  let at = 0;
  let [x, y] = postcodes.origin;
  const next = function () {
    let [value, shift, group] = [0, 1, 0];
    do {
      group = text.charCodeAt(at) - 63;
      at += 1;
      value += (group & 31) * shift;
      shift *= 32;
    } while (group >= 32);
    return value % 2 ? -(value + 1) / 2 : value / 2;
  };
  while (at < text.length) {
    const unit = text.slice(at, at + 2);
    at += 2;
    x += next();
    y += next();
    found.set(unit, { spot: L.latLng(y / 1e5, x / 1e5), area: next(), ward: next(), coverage: postcodes.coverage[next()] });
  }
  return found;
}

// "rm188ad" and "RM18 8AD" are one; a letter in a digit's place is read as that digit.
function readPostcode(typed) {
  const plain = typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
  if (plain.length < 5 || plain.length > 7) return null;
  const [outward, inward] = [plain.slice(0, -3), plain.slice(-3)];
  const mended = inward.replace(/^./, (one) => AS_DIGIT[one] || one).replace(/.{2}$/, (both) => both.replace(/[01258]/g, (one) => AS_LETTER[one]));
  const near = outward.replace(/[OIL]/g, (one, at) => (at > 0 && !/^[A-Z]{1,2}[0-9]/.test(outward) ? AS_DIGIT[one] : one));
  const found = POSTCODE.exec(near + mended);
  return found ? { outward: found[1], sector: found[1] + ' ' + found[2][0], unit: found[2].slice(1), name: found[1] + ' ' + found[2], isMended: near + mended !== plain } : null;
}

function postcodeOf(typed) {
  const read = postcodes ? readPostcode(typed) : null;
  const found = read ? unitsOf(read.sector).get(read.unit) : undefined;
  return found ? Object.assign({ name: read.name, isMended: read.isMended }, found) : null;
}

function linkTo(address, words) {
  const link = make('a', words);
  link.href = address;
  return link;
}

function sentence(...parts) {
  const line = make('p', '');
  line.append(...parts);
  return line;
}

function whatCanBeHad(percent) {
  if (percent < 0) return 'not reported';
  if (percent === 0) return 'yes';
  return percent === 100 ? 'no' : 'not for about ' + percent + ' %';
}

function coverageList(found) {
  const list = make('dl', '', 'had');
  postcodes.tiers.forEach(function ([, words], at) {
    const pair = make('div', '');
    pair.append(make('dt', words), make('dd', whatCanBeHad(found.coverage[at])));
    list.append(pair);
  });
  return list;
}

// The name of a row without the code beside it.
function plainName(row) {
  return cellText(row.querySelector('th bdi') || row.querySelector('th'));
}

function distanceText(metres) {
  return metres < 950 ? Math.max(10, Math.round(metres / 10) * 10) + ' m' : (metres / 1000).toFixed(1) + ' km';
}

function nearestOf(letter, spot) {
  return itemsOf(letter).map((item) => ({ row: item.row, metres: map.distance(spot, item.layer.getLatLng()) }))
    .reduce((best, one) => (!best || one.metres < best.metres ? one : best), null);
}

function nearestLine(letter, words, spot) {
  const near = nearestOf(letter, spot);
  if (!near) return null;
  return sentence(words + ': ', linkTo('#' + near.row.id, plainName(near.row)), ', ' + distanceText(near.metres) + ' away as the crow flies.');
}

function whatToAskFor(found) {
  const tiers = postcodes.tiers.map(([key]) => key);
  const gap = found.coverage[tiers.indexOf(RIGHT_TO_REQUEST_MBPS)];
  if (gap > 0) {
    return sentence(
      'What you can ask for: a home or business that cannot get 10 Mbit/s has the right to request a decent broadband connection. Ask BT (in the Hull area, KCOM). ',
      'The provider pays up to a limit set in law; the right does not apply where a decent connection is due within a year.'
    );
  }
  if (found.coverage.some((percent) => percent > 0)) {
    return sentence('What you can ask for: ask your ward councillor what is planned here, and any supplier whether a faster line is due. ');
  }
  return null;
}

function showOnMap(found) {
  markOutline(null);
  const ring = (name) => L.circleMarker(found.spot, { radius: RING_PX, interactive: false, className: name });
  outline = L.layerGroup([ring('ring-outer'), ring('ring-inner')]).addTo(map);
  map.setView(found.spot, Math.max(map.getZoom(), CLOSEST_ZOOM), { animate: !still });
}

function answerOf(found, heading) {
  const [area, ward] = [document.getElementById('a' + found.area), document.getElementById('v' + found.ward)];
  const page = ward && ward.querySelector('th a');
  const lines = [make(heading, found.name, 'answer')];
  if (found.isMended) lines.push(make('p', 'That is how we read what you typed.', 'small'));
  if (page) lines.push(sentence('Ward: ', linkTo(page.getAttribute('href'), cellText(page)), '.'));
  if (area) lines.push(sentence('Area: ', linkTo('#' + area.id, plainName(area)), '.'));
  if (postcodes.tiers.length) {
    lines.push(make('p', 'What homes and businesses of this postcode can get (' + postcodes.release + '):'), coverageList(found));
  }
  lines.push(nearestLine('c', 'Nearest proposed Wi-Fi site', found.spot), nearestLine('w', 'Nearest public Wi-Fi today', found.spot), whatToAskFor(found));
  lines.push(sentence(linkTo('#h-map', 'See it on the map')));
  return lines.filter(Boolean);
}

// Units of the same sector whose letters are nearest to those that were typed.
function closeTo(read) {
  const apart = (unit) => Math.abs(unit.charCodeAt(0) - read.unit.charCodeAt(0)) * 26 + Math.abs(unit.charCodeAt(1) - read.unit.charCodeAt(1));
  return Array.from(unitsOf(read.sector).keys()).sort((one, other) => apart(one) - apart(other)).slice(0, 4).map((unit) => read.sector + unit);
}

function notFound(typed) {
  const read = readPostcode(typed);
  const place = settings.place;
  if (!read) return [make('p', 'That is not a full postcode. A full one looks like ' + settings.examplePostcode + '.')];
  const districts = Array.from(new Set(Object.keys(postcodes.sectors).map((sector) => sector.split(' ')[0]))).sort();
  if (settings.wardPages) {
    return [sentence(read.name + ' is not in this ward. ', linkTo('../index.html#postcode', 'Look it up in all of ' + place), '.')];
  }
  if (!districts.includes(read.outward)) {
    return [make('p', read.name + ' is not in ' + place + ', where postcodes begin with ' + districts.join(', ') + '. Another council answers for it: the one that your council tax is paid to.')];
  }
  const lines = [make('p', read.name + ' is not among the postcodes in use in ' + place + '. It may be mistyped, new, no longer used, or just across the border in another council.')];
  const near = closeTo(read);
  if (near.length) lines.push(make('p', 'Close to it: ' + near.join(', ') + '.'));
  return lines;
}

function lookUp() {
  const typed = document.getElementById('postcode').value;
  const said = document.getElementById('postcode-said');
  if (!typed.trim()) {
    said.replaceChildren();
    return;
  }
  const found = postcodeOf(typed);
  said.replaceChildren(...(found ? answerOf(found, 'h2') : notFound(typed)));
  if (found) showOnMap(found);
}

if (postcodes) {
  document.getElementById('postcode-go').addEventListener('click', lookUp);
  document.getElementById('postcode').addEventListener('keydown', (event) => { if (event.key === 'Enter') lookUp(); });
}
