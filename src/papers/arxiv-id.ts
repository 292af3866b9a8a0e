/** New ids, since April 2007 (2409.04828), and old ones with an archive (math/0309136, math.GT/0309136, cond-mat.mtrl-sci/0101001). */
const NEW_ID = /^(\d{2})(\d{2})\.(\d{4,5})$/;
const OLD_ID = /^([a-z]+(?:-[a-z]+)*)(?:\.(?:[a-z]{2}|[a-z]+-[a-z]+|optics|other|soft))?\/(\d{7})$/;
const OLD_MONTH = /\/\d{2}(?:0[1-9]|1[0-2])\d{3}$/;

/** The stored form of an id given in lower case and without a version: old ids lose their subject class. Null for other texts. */
export function canonicalArxivId(text: string): string | null {
  if (NEW_ID.test(text)) return text;
  const old = OLD_ID.exec(text);
  return old ? `${old[1]}/${old[2]}` : null;
}

/** Five digits since 2015, four before; the scheme began in April 2007. https://info.arxiv.org/help/arxiv_identifier.html */
const FIRST_NEW = 704;
const FIRST_LONG = 1501;

/** Whether arXiv can have assigned an id: ids that were once parsed as numbers ("2503.0213" for 2503.02130) are recognized. */
export function canBeGivenOut(arxivId: string): boolean {
  const match = NEW_ID.exec(arxivId);
  if (!match) return OLD_MONTH.test(arxivId);
  const [, year, month, serial] = match;
  if (Number(month) < 1 || Number(month) > 12) return false;
  const date = Number(`${year}${month}`);
  // The scheme's two-digit years start in 2007 and will last until 2106.
  if (date < FIRST_NEW) return false;
  return serial!.length === (date < FIRST_LONG ? 4 : 5);
}

/** The first day, in UTC, of the month in which arXiv gave out an id in its stored form. */
export function givenOutFrom(arxivId: string): Date {
  const [, archive, year, month] = /^(.+\/)?(\d{2})(\d{2})/.exec(arxivId)!;
  // Old ids are of 1991 to 2007.
  const century = archive && Number(year) >= 91 ? 1900 : 2000;
  return new Date(Date.UTC(century + Number(year), Number(month) - 1, 1));
}

/** The addresses of a paper on arXiv. */
export function arxivPages(arxivId: string): { url: string; pdfUrl: string } {
  return { url: `https://arxiv.org/abs/${arxivId}`, pdfUrl: `https://arxiv.org/pdf/${arxivId}` };
}
