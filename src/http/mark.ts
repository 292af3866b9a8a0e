/** The project's logo, a sheet of paper with a rising sun: SVG, square, the same on light and dark pages. */
const shapes =
  '<rect width="32" height="32" rx="7" fill="#0b57a4"/>' +
  '<path fill="#fff" d="M8 4h10l7 7v17H7V5a1 1 0 0 1 1-1z"/>' +
  '<path fill="#a9c8ea" d="M18 4l7 7h-7z"/>' +
  '<path stroke="#0b57a4" stroke-width="2" d="M10 11h5M10 16h12"/>' +
  '<path fill="#f59e0b" d="M9 28a7 7 0 0 1 14 0z"/>';

/** For a page, beside the name in words, so it is hidden from screen readers. */
export const mark = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="32" height="32" aria-hidden="true">${shapes}</svg>`;

/** For `<link rel="icon">`: a data URL, so that no page has to know its path behind a proxy. */
export const icon = `data:image/svg+xml,${encodeURIComponent(mark)}`;
