(function () {
  'use strict';

  const settings = JSON.parse(document.getElementById('settings').textContent);
  const map = window[settings.map];
  const still = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  const picked = document.getElementById('picked');
  const facts = document.getElementById('picked-facts');
  const PAN_PX = 120;
  let shownTier = settings.tier;
  let outline = null;

  function make(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  }

  // What the map says of a place is read from its row of the tables, so that the two cannot differ.
  function headings(row) {
    return Array.from(row.closest('table').tHead.rows[0].cells, (cell) => cell.textContent.trim());
  }

  function cellText(cell) {
    return cell.textContent.replace(/\s+/g, ' ').trim();
  }

  function rowName(row) {
    return cellText(row.querySelector('th'));
  }

  function spoken(row) {
    const heading = row.closest('table').tHead.querySelector('[data-tier="' + shownTier + '"]');
    if (!heading) return '';
    return cellText(row.cells[heading.cellIndex]) + ' cannot get ' + settings.tiers[shownTier].speed;
  }

  function showDetails(kind, row) {
    const labels = headings(row);
    const lines = [make('p', kind), make('h3', rowName(row)), make('p', spoken(row))];
    lines[0].className = 'kind';
    picked.replaceChildren(...lines.filter((line) => line.textContent));
    facts.replaceChildren();
    Array.from(row.cells).forEach(function (cell, column) {
      if (cell.tagName === 'TH') return;
      const pair = document.createElement('div');
      pair.append(make('dt', labels[column]), make('dd', cellText(cell)));
      facts.append(pair);
    });
  }

  function markOutline(layer) {
    if (outline) outline.remove();
    outline = null;
    if (!layer.feature || layer.feature.geometry.type === 'Point') return;
    const style = (name) => ({ interactive: false, style: { className: name } });
    outline = L.layerGroup([
      L.geoJSON(layer.feature, style('ring-outer')),
      L.geoJSON(layer.feature, style('ring-inner')),
    ]).addTo(map);
  }

  function bringIntoView(layer) {
    const centre = layer.getBounds ? layer.getBounds().getCenter() : layer.getLatLng();
    if (!map.getBounds().contains(centre)) map.panTo(centre, { animate: !still });
  }

  function layersById(group) {
    const found = new Map();
    window[group.layer].eachLayer((layer) => found.set(group.rows + layer.feature.id, layer));
    return found;
  }

  // In the order of the table, which is the order of the arrow keys.
  function itemsOf(group) {
    const layers = layersById(group);
    const rows = document.querySelectorAll('tbody[data-rows="' + group.rows + '"] > tr');
    return Array.from(rows)
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
  function makeReachable(group) {
    const items = itemsOf(group);
    items.forEach(function (item, at) {
      const element = item.element;
      element.setAttribute('role', 'button');
      element.setAttribute('tabindex', at === 0 ? '0' : '-1');
      element.setAttribute('aria-label', group.kind + ': ' + rowName(item.row));
      element.setAttribute('aria-controls', 'picked');
      const show = function () {
        showDetails(group.kind, item.row);
        markOutline(item.layer);
      };
      element.addEventListener('mouseenter', show);
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

  function colourAreas() {
    window.shapes_areas.eachLayer(function (layer) {
      layer.getElement().setAttribute('class', classNames('area', layer.feature, shownTier) + ' leaflet-interactive');
    });
  }

  function writeKey() {
    const tier = settings.tiers[shownTier];
    document.getElementById('key-speed').textContent = tier.speed;
    document.querySelectorAll('[data-key-count]').forEach(function (element, at) {
      element.textContent = String(tier.counts[at]);
    });
  }

  function chooseTier(event) {
    shownTier = Number(event.target.value);
    colourAreas();
    writeKey();
  }

  // Hidden, not taken off: put back, it would lie above the marks.
  function switchLayer(event) {
    const name = 'without-' + event.target.dataset.layer;
    document.querySelector('.map-frame').classList.toggle(name, !event.target.checked);
  }

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

  // Paper has its own width: the map is drawn anew for it.
  function fitTo(printing) {
    document.documentElement.classList.toggle('printing', printing);
    map.invalidateSize({ animate: false });
    map.fitBounds(window.shapes_wards.getBounds(), { animate: false, padding: [6, 6] });
  }

  addHalo(window.shapes_wards, 'ward-halo');
  addHalo(window.shapes_clusters, 'cluster-halo');
  window.geo_json_not_chosen.bringToFront();
  settings.groups.forEach(makeReachable);
  document.querySelectorAll('input[name="tier"]').forEach((input) => input.addEventListener('change', chooseTier));
  document.querySelectorAll('input[data-layer]').forEach((input) => input.addEventListener('change', switchLayer));
  document.querySelectorAll('button[data-do]').forEach(function (button) {
    button.addEventListener('click', () => ACTIONS[button.dataset.do]());
  });
  // One finger scrolls the page, two move the map; buttons do either.
  if (window.matchMedia('(pointer: coarse)').matches) map.dragging.disable();
  window.addEventListener('beforeprint', () => fitTo(true));
  window.addEventListener('afterprint', () => fitTo(false));
})();
