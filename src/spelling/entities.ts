import { isBroken } from "../inputs/broken-text";

/** HTML's names of characters that occur in names and titles. */
const NAMED: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  shy: "\u00ad",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  ndash: "–",
  mdash: "—",
  hellip: "…",
  middot: "·",
  times: "×",
  frac12: "½",
  frac14: "¼",
  frac34: "¾",
  sup1: "¹",
  sup2: "²",
  sup3: "³",
  dagger: "†",
  Dagger: "‡",
  szlig: "ß",
  aelig: "æ",
  AElig: "Æ",
  oelig: "œ",
  OElig: "Œ",
  oslash: "ø",
  Oslash: "Ø",
  lstrok: "ł",
  Lstrok: "Ł",
  inodot: "ı",
  eth: "ð",
  ETH: "Ð",
  thorn: "þ",
  THORN: "Þ",
};

/** HTML names a letter with an accent by the letter and one of these. */
const ACCENTS: Record<string, string> = {
  acute: "\u0301",
  grave: "\u0300",
  circ: "\u0302",
  tilde: "\u0303",
  uml: "\u0308",
  ring: "\u030a",
  cedil: "\u0327",
  caron: "\u030c",
  breve: "\u0306",
  macr: "\u0304",
  ogon: "\u0328",
};

/** An entity; if it was encoded twice, its "&" is an entity too. */
const ENTITY = new RegExp(
  `&(?:amp;)*(?:#(\\d{1,7})|#x([\\da-f]{1,6})|([a-z])(${Object.keys(ACCENTS).join("|")})|(${Object.keys(NAMED).join("|")}));`,
  "gi",
);

/** Decodes HTML's numeric and named entities, such as `O&#39;Brien`; unknown ones stay as they are. */
export function readEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(ENTITY, (entity, decimal, hexadecimal, letter, accent, name) => {
    if (letter) return `${letter}${ACCENTS[accent.toLowerCase()]}`.normalize("NFC");
    if (name) return NAMED[name] ?? NAMED[name.toLowerCase()] ?? entity;
    return signOf(decimal ? Number(decimal) : Number.parseInt(hexadecimal, 16)) ?? entity;
  });
}

function signOf(point: number): string | null {
  if (point > 0x10ffff) return null;
  const sign = String.fromCodePoint(point);
  return isBroken(sign) ? null : sign;
}
