'use strict';
// The base map: water, green, rail and roads on one canvas above the coloured areas, names on another above all lines.
// Names are drawn as text on a canvas, so nothing in them can be markup.

const base = JSON.parse(document.getElementById('base').textContent);
const FEATURES = ['water', 'green', 'rail', 'road'];
const PADDING = 0.2; // Share of the map drawn beyond each edge, so that moving it shows no gap.

function unpackLine(text) {
  const numbers = [];
  let value = 0;
  let shift = 0;
  for (let at = 0; at < text.length; at += 1) {
    const group = text.charCodeAt(at) - 63;
    value += (group & 31) * 2 ** shift;
    shift += 5;
    if (group < 32) {
      numbers.push(value % 2 ? -(value + 1) / 2 : value / 2);
      value = 0;
      shift = 0;
    }
  }
  return numbers;
}

// In pixels of the whole world at zoom 0.
function onWorld(x, y) {
  return L.CRS.EPSG3857.latLngToPoint(L.latLng((base.origin[1] + y) / 1e5, (base.origin[0] + x) / 1e5), 0);
}

function pathOf(text) {
  const numbers = unpackLine(text);
  const found = new Float64Array(numbers.length);
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  let x = 0;
  let y = 0;
  for (let at = 0; at < numbers.length; at += 2) {
    x += numbers[at];
    y += numbers[at + 1];
    const point = onWorld(x, y);
    found[at] = point.x;
    found[at + 1] = point.y;
    box[0] = Math.min(box[0], point.x);
    box[1] = Math.min(box[1], point.y);
    box[2] = Math.max(box[2], point.x);
    box[3] = Math.max(box[3], point.y);
  }
  return { points: found, box: box };
}

const baseShapes = base.shapes.map(([feature, rank, outlined, text]) => ({
  feature: feature, rank: rank, outlined: outlined === 1, paths: text.split(' ').map(pathOf),
}));
const baseNames = base.names.map(([kind, rank, text, x, y, angle, room]) => ({
  kind: kind, rank: rank, text: text, at: onWorld(x, y), angle: angle, room: room,
}));

// --- canvases -----------------------------------------------------------------------------------------------

function canvasIn(pane) {
  const canvas = L.DomUtil.create('canvas', 'leaflet-zoom-hide', map.getPane(pane));
  canvas.setAttribute('aria-hidden', 'true');
  return canvas;
}

const groundCanvas = canvasIn('ground');
const namesCanvas = canvasIn('names');

function cleared(canvas) {
  const size = map.getSize();
  const wide = size.multiplyBy(1 + 2 * PADDING);
  const ratio = Math.min(2, window.devicePixelRatio || 1);
  const corner = map.containerPointToLayerPoint(size.multiplyBy(-PADDING)).round();
  L.DomUtil.setPosition(canvas, corner);
  canvas.width = Math.round(wide.x * ratio);
  canvas.height = Math.round(wide.y * ratio);
  canvas.style.width = wide.x + 'px';
  canvas.style.height = wide.y + 'px';
  const pen = canvas.getContext('2d');
  pen.scale(ratio, ratio);
  return { pen: pen, width: wide.x, height: wide.y, scale: 2 ** map.getZoom(), corner: map.getPixelOrigin().add(corner) };
}

function colour(name) {
  return getComputedStyle(frame).getPropertyValue('--map-' + name).trim();
}

// --- ground -------------------------------------------------------------------------------------------------

const FROM_ZOOM = { road: [0, 9, 9.5, 11.5, 13], rail: [0, 9, 11, 12, 12], water: [0, 0, 10, 11, 12.5], green: [0, 0, 9, 10, 11] };
const WIDTHS = { road: [0, 3.2, 2.6, 2, 1.3], rail: [0, 1.4, 1.1, 1, 1], water: [0, 2, 1.6, 1.2, 1] };

function traced(view, shape) {
  const { pen, scale, corner } = view;
  pen.beginPath();
  shape.paths.forEach(function (path) {
    const [west, north, east, south] = path.box.map((side, at) => side * scale - (at % 2 ? corner.y : corner.x));
    if (east < -9 || south < -9 || west > view.width + 9 || north > view.height + 9) return;
    for (let at = 0; at < path.points.length; at += 2) {
      const x = path.points[at] * scale - corner.x;
      const y = path.points[at + 1] * scale - corner.y;
      if (at) pen.lineTo(x, y);
      else pen.moveTo(x, y);
    }
    if (shape.outlined) pen.closePath();
  });
}

function stroked(view, shape, wide, ink, dashes) {
  view.pen.lineWidth = wide;
  view.pen.strokeStyle = ink;
  view.pen.setLineDash(dashes || []);
  traced(view, shape);
  view.pen.stroke();
}

function drawGround() {
  const view = cleared(groundCanvas);
  const zoom = map.getZoom();
  const wider = Math.max(0.75, Math.min(4.5, 1.38 ** (zoom - 12.5)));
  const inks = Object.fromEntries(['water', 'green', 'rail', 'road', 'casing'].map((name) => [name, colour(name)]));
  view.pen.lineJoin = 'round';
  view.pen.lineCap = 'round';
  const shown = baseShapes.filter((shape) => zoom >= FROM_ZOOM[shape.feature][shape.rank]);
  shown.filter((shape) => shape.outlined).forEach(function (shape) {
    traced(view, shape);
    view.pen.fillStyle = inks[shape.feature];
    view.pen.fill();
  });
  const lines = shown.filter((shape) => !shape.outlined);
  const wide = (shape) => WIDTHS[shape.feature][shape.rank] * (shape.feature === 'rail' ? Math.min(wider, 1.6) : wider);
  lines.filter((shape) => shape.feature === 'water').forEach((shape) => stroked(view, shape, wide(shape), inks.water));
  lines.filter((shape) => shape.feature === 'road').forEach((shape) => stroked(view, shape, wide(shape) + 1.4, inks.casing));
  lines.filter((shape) => shape.feature === 'road').forEach((shape) => stroked(view, shape, wide(shape), inks.road));
  lines.filter((shape) => shape.feature === 'rail').forEach(function (shape) {
    stroked(view, shape, wide(shape) + 1.6, inks.road);
    stroked(view, shape, wide(shape), inks.rail, [6, 3]);
  });
}

// --- names --------------------------------------------------------------------------------------------------

// From which zoom each kind and rank is written, its size and weight; the order is that in which names choose their room.
const HERE = [[0, 0]];
const AROUND = [[0, -20], [0, 20], [1, 0], [-1, 0], [0, -34], [0, 34]]; // Shares of the name's width to the right; pixels down.
const LETTERING = [
  { kind: 'place', rank: 1, from: 0, font: '600 15px', tries: [...HERE, ...AROUND, [0.5, -50], [-0.5, -50], [0.5, 50], [-0.5, 50]] },
  { kind: 'ward', rank: 1, from: 9.5, font: 'italic 600 11.5px', fits: true },
  { kind: 'site', rank: 1, from: 13.5, font: '600 12px', tries: AROUND },
  { kind: 'place', rank: 2, from: 11.5, font: '600 13px', tries: [...HERE, ...AROUND] },
  { kind: 'place', rank: 3, from: 10.5, font: '600 12.5px', tries: [...HERE, ...AROUND] },
  ...[1, 2, 3, 4].map((rank) => ({ kind: 'beyond', rank: rank, from: rank < 4 ? 11 : 13.5, font: '12px', ink: 'beyond-name' })),
  { kind: 'ref', rank: 0, from: 10.5, font: '700 10px', boxed: true },
  { kind: 'station', rank: 0, from: 12, font: '600 11.5px', tries: [...HERE, ...AROUND] },
  { kind: 'water', rank: 0, from: 10.5, font: 'italic 12px', ink: 'water-name' },
  { kind: 'green', rank: 0, from: 13, font: '11.5px', ink: 'green-name' },
  { kind: 'place', rank: 4, from: 13, font: '12px' },
  { kind: 'road', rank: 0, from: 14.5, font: '11px', along: true },
  { kind: 'street', rank: 0, from: 15, font: '11px' },
  { kind: 'other', rank: 0, from: 15, font: '11px' },
];

function meets(boxes, box) {
  return boxes.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
}

// A long name of a ward on two lines, parted at the space nearest to its middle.
function parted(text) {
  const spaces = Array.from(text.matchAll(/ /g), (found) => found.index);
  if (text.length < 14 || !spaces.length) return [text];
  const at = spaces.reduce((best, one) => (Math.abs(one - text.length / 2) < Math.abs(best - text.length / 2) ? one : best));
  return [text.slice(0, at), text.slice(at + 1)];
}

// Whether a box lies whole in the part of the map that is seen.
function isInside(view, box) {
  const [across, down] = [view.width, view.height].map((side) => (side * PADDING) / (1 + 2 * PADDING));
  return box[0] > across && box[1] > down && box[2] < view.width - across && box[3] < view.height - down;
}

function written(view, name, style, boxes) {
  const { pen, scale, corner } = view;
  const x = name.at.x * scale - corner.x;
  const y = name.at.y * scale - corner.y;
  if (x < 0 || y < 0 || x > view.width || y > view.height) return;
  pen.font = style.font + ' ' + view.family;
  const lines = style.fits ? parted(name.text) : [name.text];
  const wide = Math.max(...lines.map((line) => pen.measureText(line).width));
  const tall = 14 * lines.length;
  const metre = scale * view.metre;
  if (style.along && name.room * metre < wide + 8) return;
  if (style.fits && name.room * metre < 0.8 * wide) return;
  const turn = style.along ? (-name.angle * Math.PI) / 180 : 0;
  const [half, high] = [Math.abs(Math.cos(turn)) * wide + Math.abs(Math.sin(turn)) * tall, Math.abs(Math.sin(turn)) * wide + Math.abs(Math.cos(turn)) * tall];
  const boxAt = ([right, down]) => [
    x + right * (half / 2 + 12) - half / 2 - 3, y + down - high / 2 - 1, x + right * (half / 2 + 12) + half / 2 + 3, y + down + high / 2 + 1,
  ];
  const free = (style.tries || HERE).map(boxAt).filter((one) => !meets(boxes, one));
  const box = free.find((one) => isInside(view, one)) || free[0];
  if (!box) return;
  boxes.push(box);
  pen.save();
  pen.translate((box[0] + box[2]) / 2, (box[1] + box[3]) / 2);
  pen.rotate(turn);
  if (style.boxed) {
    pen.fillStyle = view.inks['road-edge'];
    pen.fillRect(-wide / 2 - 3, -7, wide + 6, 14);
    pen.fillStyle = '#fff';
    pen.fillText(name.text, 0, 0.5);
  } else {
    lines.forEach(function (line, at) {
      const down = 14 * (at - (lines.length - 1) / 2);
      pen.strokeStyle = view.inks.halo;
      pen.lineWidth = 3.5;
      pen.strokeText(line, 0, down);
      pen.fillStyle = view.inks[style.ink || 'name'];
      pen.fillText(line, 0, down);
    });
  }
  pen.restore();
}

// Symbols that no name should cover.
function boxesOfMarks(view) {
  const boxes = [];
  ['c', 'w'].forEach((letter) => window[LAYERS[letter]].eachLayer(function (layer) {
    const at = map.project(layer.getLatLng()).subtract(view.corner);
    boxes.push([at.x - 10, at.y - 10, at.x + 10, at.y + 10]);
  }));
  return boxes;
}

const siteNames = itemsOf('c').map((item) => ({
  kind: 'site', rank: 1, text: cellText(item.row.querySelector('th')).slice(0, 40), at: L.CRS.EPSG3857.latLngToPoint(item.layer.getLatLng(), 0), angle: 0, room: 0,
}));

function drawNames() {
  const view = cleared(namesCanvas);
  const zoom = map.getZoom();
  const [one, other] = [L.latLng(map.getCenter().lat, 0), L.latLng(map.getCenter().lat, 1)];
  view.metre = 256 / 360 / map.distance(one, other);
  view.family = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif';
  view.inks = Object.fromEntries(['name', 'halo', 'beyond-name', 'water-name', 'green-name', 'road-edge'].map((name) => [name, colour(name)]));
  view.pen.textAlign = 'center';
  view.pen.textBaseline = 'middle';
  view.pen.lineJoin = 'round';
  const boxes = boxesOfMarks(view);
  const all = [...baseNames, ...siteNames];
  LETTERING.filter((style) => zoom >= style.from).forEach(function (style) {
    all.filter((name) => name.kind === style.kind && (style.rank === 0 || name.rank === style.rank))
      .forEach((name) => written(view, name, style, boxes));
  });
}

// --- marks --------------------------------------------------------------------------------------------------

const CLOSE_ZOOM = 14.5; // From here on a reader looks at single buildings.

// Candidates that were not chosen are small until a reader is close to them.
function sizeMarks() {
  const isClose = map.getZoom() >= CLOSE_ZOOM;
  if (isClose === frame.classList.contains('close')) return;
  frame.classList.toggle('close', isClose);
  window.geo_json_not_chosen.eachLayer((layer) => layer.setRadius(isClose ? 5 : 2.5));
}

// The rank of each proposed site in its mark.
function rankMarks() {
  itemsOf('c').forEach(function (item) {
    const rank = cellText(item.row.cells[0]);
    if (/^\d{1,3}$/.test(rank)) item.element.append(make('span', rank, 'rank'));
  });
}

function drawBase() {
  sizeMarks();
  drawGround();
  drawNames();
}

rankMarks();
map.on('moveend zoomend resize viewreset', drawBase);
window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawBase);
drawBase();
