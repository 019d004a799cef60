'use strict';
// Reading the page's own tables: the map, the search and the CSV files all use these, so they cannot differ.

function make(tag, text, className) {
  const element = document.createElement(tag);
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

function cellText(cell) {
  return cell.textContent.replace(/\s+/g, ' ').trim();
}

function headCells(row) {
  return Array.from(row.closest('table').tHead.rows[0].cells);
}

function headings(row) {
  return headCells(row).map(cellText);
}

function rowName(row) {
  return cellText(row.querySelector('th'));
}

// A column is found by its name in columns.toml, so that its heading is free to change.
function cellUnder(row, column) {
  const at = headCells(row).findIndex((cell) => cell.dataset.column === column);
  return at < 0 ? '' : cellText(row.cells[at]);
}

function rowsOf(letter) {
  return Array.from(document.querySelectorAll('tbody[data-rows="' + letter + '"] > tr'));
}

// The number that a cell shows: NaN for words such as "not reported".
function numberIn(text) {
  const found = /-?£?\d[\d,]*(\.\d+)?/.exec(text);
  if (!found) return NaN;
  const number = Number(found[0].replace(/[£,]/g, ''));
  if (text.startsWith('under ')) return number - 1e-9;
  return text.startsWith('over ') ? number + 1e-9 : number;
}
