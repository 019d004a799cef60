'use strict';
// Used by the map's own script, which follows.

// Outlines are whole numbers: a start and then steps, in 1e-5 degrees.
function unpackRing(numbers) {
  const ring = [];
  let x = 0;
  let y = 0;
  for (let at = 0; at < numbers.length; at += 2) {
    x += numbers[at];
    y += numbers[at + 1];
    ring.push([x / 1e5, y / 1e5]);
  }
  ring.push(ring[0]);
  return ring;
}

function unpack(shapes) {
  return shapes.map(([id, classes, polygons]) => ({
    type: 'Feature',
    id: id,
    properties: { k: classes },
    geometry: { type: 'MultiPolygon', coordinates: polygons.map((rings) => rings.map(unpackRing)) },
  }));
}

// Colours are in the style sheet, so that print and high contrast can change them.
function classNames(kind, klass) {
  if (kind !== 'area') return kind;
  return 'area k' + (klass < 0 ? 'n' : klass);
}

// The coloured areas lie below the base map's lines, and names above all lines and below the symbols.
L.Map.addInitHook(function () {
  const panes = [this.createPane('areas'), this.createPane('ground')];
  panes.forEach((pane, at) => { pane.style.zIndex = 300 + 50 * at; });
  this.getPane('overlayPane').before(...panes); // The Tab key follows the order in the document.
  this.createPane('names').style.zIndex = 590;
});

// Before the map is made: give it room, and keep it still for readers who prefer less motion.
(function () {
  document.documentElement.classList.replace('no-script', 'script');
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  L.Map.mergeOptions({ fadeAnimation: !still, zoomAnimation: !still, markerZoomAnimation: !still, inertia: !still });
})();
