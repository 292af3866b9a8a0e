/** New ids since April 2007 (2409.04828) and old ones with an archive (math/0309136, math.GT/0309136). */
const NEW_ID = /^(\d{2})(\d{2})\.(\d{4,5})$/;
const OLD_MONTH = /\/\d{2}(?:0[1-9]|1[0-2])\d{3}$/;
const OLD_ID = /^([a-z]+(?:-[a-z]+)*)(?:\.[a-z]{2})?\/(\d{7})$/;
const VERSION = /v\d+$/;
const PREFIXES = [
  /^arxiv:\s*/,
  /^(?:https?:\/\/)?(?:[a-z]+\.)?arxiv\.org\/(?:abs|pdf|html|format)\//,
  /^(?:https?:\/\/)?(?:www\.)?huggingface\.co\/papers\//,
  /^(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)?10\.48550\/arxiv\./,
];

/**
 * The arXiv id in an id, a URL of arXiv or Hugging Face, or a DOI, without its version; null when there is none. Meant
 * for look-ups: an id that was never given out is still an id.
 */
export function parseArxivId(text: string): string | null {
  const bare = text.trim().toLowerCase().split(/[?#]/, 1)[0]!;
  const prefix = PREFIXES.find((each) => each.test(bare)) ?? /^/;
  const id = bare
    .replace(prefix, "")
    .replace(/\/$/, "")
    .replace(/\.pdf$/, "")
    .replace(VERSION, "");
  if (NEW_ID.test(id)) return id;
  const old = OLD_ID.exec(id);
  return old ? `${old[1]}/${old[2]}` : null;
}

/** Five digits from 2015 on, four before; the scheme began in April 2007. https://info.arxiv.org/help/arxiv_identifier.html */
const FIRST_NEW = 704;
const FIRST_LONG = 1501;

/**
 * Whether a text is an id, without prefix or version, that arXiv can have given out. Meant for imports: ids that went
 * through a number ("2503.0213" for 2503.02130) are told from whole ones.
 */
export function isArxivId(text: string): boolean {
  const match = NEW_ID.exec(text);
  if (!match) return OLD_ID.test(text.toLowerCase()) && OLD_MONTH.test(text);
  const [, year, month, serial] = match;
  if (Number(month) < 1 || Number(month) > 12) return false;
  const date = Number(`${year}${month}`);
  // The scheme's two-digit years start in 2007 and will last until 2106.
  if (date < FIRST_NEW) return false;
  return serial!.length === (date < FIRST_LONG ? 4 : 5);
}
