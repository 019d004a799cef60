'use strict';
// Tables: sorted by a button in each heading, and saved as CSV from the page itself.

// Numbers by size, words from A; unknown values come last either way.
function comparison(cells, direction) {
  const numbers = cells.map(numberIn);
  const known = cells.filter((text) => text !== '');
  const numeric = known.filter((text, at) => /^(under |over |-?£?\d|not |no )/.test(text)).length === known.length;
  const isNumeric = numeric && numbers.some((number) => !Number.isNaN(number));
  return function (one, other) {
    if (!isNumeric) return direction * cells[one].localeCompare(cells[other], 'en-GB') || one - other;
    const [first, second] = [numbers[one], numbers[other]];
    if (Number.isNaN(first) || Number.isNaN(second)) return Number.isNaN(first) - Number.isNaN(second) || one - other;
    return direction * (first - second) || one - other;
  };
}

function sortTable(table, column, direction) {
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const compare = comparison(rows.map((row) => cellText(row.cells[column])), direction);
  const order = rows.map((row, at) => at).sort(compare);
  body.append(...order.map((at) => rows[at]));
  Array.from(table.tHead.rows[0].cells).forEach((cell) => cell.removeAttribute('aria-sort'));
  table.tHead.rows[0].cells[column].setAttribute('aria-sort', direction > 0 ? 'ascending' : 'descending');
}

function makeSortable(table) {
  Array.from(table.tHead.rows[0].cells).forEach(function (cell, column) {
    const button = make('button', cellText(cell), 'sort');
    button.type = 'button';
    cell.replaceChildren(button);
    button.addEventListener('click', function () {
      sortTable(table, column, cell.getAttribute('aria-sort') === 'ascending' ? -1 : 1);
    });
  });
}

// Text that a spreadsheet would run as a formula gets a quote in front, as in the planner's own CSV files.
function inert(text) {
  return /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
}

function quoted(text) {
  return /[",\n\r]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
}

// A number without separators, pound sign or per cent sign; the unit goes in the heading.
function plainNumber(text) {
  const found = /^(-?)(£?)(\d[\d,]*(?:\.\d+)?)( %)?$/.exec(text);
  return found ? { number: found[1] + found[3].replace(/,/g, ''), unit: found[2] || (found[4] || '').trim() } : null;
}

function csvColumn(heading, texts) {
  const plain = texts.map(plainNumber);
  const units = new Set(plain.filter(Boolean).map((item) => item.unit));
  const keeps = units.size !== 1;
  const unit = keeps ? '' : Array.from(units)[0];
  const cells = texts.map((text, at) => (plain[at] && !keeps ? plain[at].number : quoted(inert(text))));
  return [quoted(inert(unit ? heading + ' (' + unit + ')' : heading)), ...cells];
}

function csvOf(table) {
  const rows = Array.from(table.tBodies[0].rows);
  const columns = headings(rows[0] || table.tHead.rows[0]).map((heading, at) =>
    csvColumn(heading, rows.map((row) => cellText(row.cells[at])))
  );
  if (document.body.classList.contains('illustrative')) {
    columns.push(csvColumn('Note', rows.map(() => 'Illustrative: invented data, not a real place')));
  }
  const lines = ['', ...rows].map((row, at) => columns.map((column) => column[at]).join(','));
  return lines.join('\r\n') + '\r\n';
}

function captionOf(table) {
  return cellText(table.caption.querySelector('span'));
}

function fileName(table) {
  const words = captionOf(table).split(',')[0].toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return (document.body.classList.contains('illustrative') ? 'illustrative-' : '') + words + '.csv';
}

function saveCsv(table) {
  const link = document.createElement('a');
  const address = URL.createObjectURL(new Blob(['\ufeff' + csvOf(table)], { type: 'text/csv;charset=utf-8' }));
  link.href = address;
  link.download = fileName(table);
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}

function addSaving(table) {
  const button = make('button', 'Download as CSV');
  button.type = 'button';
  button.setAttribute('aria-label', 'Download as CSV: ' + captionOf(table));
  button.addEventListener('click', () => saveCsv(table));
  const line = make('p', '', 'tools table-tools');
  line.append(button);
  table.closest('.scroll').after(line);
}

document.querySelectorAll('main .scroll > table').forEach(function (table) {
  makeSortable(table);
  addSaving(table);
});
