import { readPrinted } from "./printed";

/** PostgreSQL's English stop words (english.stop), which full-text search ignores in texts and queries. */
const STOP_WORDS = new Set(
  `
  i me my myself we our ours ourselves you your yours yourself yourselves he him his himself she her hers herself
  it its itself they them their theirs themselves what which who whom this that these those am is are was were be
  been being have has had having do does did doing a an the and but if or because as until while of at by for with
  about against between into through during before after above below to from up down in out on off over under
  again further then once here there when where why how all any both each few more most other some such no nor not
  only own same so than too very s t can will just don should now
  `
    .trim()
    .split(/\s+/),
);

/** Letters that PostgreSQL's unaccent replaces, besides those that Unicode decomposes into a letter and an accent. */
const LETTERS =
  "a ⱥᴀᶏ, b ƀɓƃʙᴃᵬᶀ, c ƈȼɕᴄꞓ, d ðđɖɗƌȡᴅᴆᵭᶁᶑꝱꝺ, e ɛɇᴇᶒᶓⱸ, f ƒᵮᶂꜰꝼ, g ɠǥɡɢʛᶃꞡ, h ħɦɧʜⱨ, i ıɩɨɪᵻᶖ, j ȷɉɟʝᴊ, " +
  "l łƚȴɫɬɭʟᴌᶅⱡꝇꝉꝲ, m ɱᴍᵯᶆꝳ, n ŋɲƞȵɳɴᵰᶇꝴꞑꞥ, o øᴏⱺꝋꝍ, p ƥᴘᵱᵽᶈꝑꝓꝕ, r ɍɼɽɾʀᵲᵳᶉꝵꝶꞧ, s ȿʂᵴᶊẜẝꜱꞩ, " +
  "t ŧƫƭʈȶⱦᴛᵵꝷꞇ, u ʉᴜᵾᶙ, v ʋᴠᶌỽⱱⱴꝟ, w ᴡⱳ, y ƴɏʏỿ, th þᵺꝥꝧ, oo ꝏ, ll ỻ";
const PLAIN = new Map(
  LETTERS.split(", ").flatMap((pair) => {
    const [plain, letters] = pair.split(" ") as [string, string];
    return [...letters].map((letter): [string, string] => [letter, plain]);
  }),
);

/** The dots of abbreviations, which are one word; names with signs, and compounds, of which all parts are searched. */
const ABBREVIATED = /(?<=(?<![\p{L}\p{N}])\p{L})\.(?=\p{L}(?![\p{L}\p{N}]))/gu;
const COMPOSED = /(?<![\p{L}\p{N}])[a-z](?:\+\+|#)|\p{L}\p{M}*[-\u2010-\u2013\u2212\ufe58\ufe63\uff0d]\p{L}/iu;
/** Letters by Unicode that full-text search treats as signs. */
const SIGNS = /[\u02b9-\u02cf\u02d2-\u02df\u2e2f]/gu;

export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(plain(word));
}

/** Letters as full-text search reads them: small ones, without accents. */
export function plain(word: string): string {
  const letters = word.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  return Array.from(letters, (letter) => PLAIN.get(letter) ?? letter).join("");
}

/** Why a text cannot be searched for: it has no word at all, or only stop words; null when it can be. */
export function lacksWords(text: string): "no word" | "only stop words" | null {
  const read = readPrinted(text).read.replace(SIGNS, " ");
  const runs = read.replace(ABBREVIATED, "").match(/[\p{L}\p{M}\p{Nd}\p{Nl}]+/gu) ?? [];
  const words = runs.filter((run) => plain(run) !== "");
  if (words.length === 0) return "no word";
  return words.every(isStopWord) && !COMPOSED.test(read) ? "only stop words" : null;
}
