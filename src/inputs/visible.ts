/** Invisible characters, wherever they occur. */
export const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu;

/** Characters without a glyph: default ignorable ones (Unicode), and controls that are not white space. */
const HIDDEN = /\p{Default_Ignorable_Code_Point}|(?!\s)\p{Cc}/u;
/** Blank characters that PostgreSQL, or a program, takes for letters, and the next-line control of old mainframes. */
const BLANKS = /[\u0085\u3164\uffa0]/gu;

/** A letter that may join the next one, or a part of an emoji. */
const JOINED = String.raw`[\p{Lo}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]`;
/**
 * Hidden characters that change what is shown next to them: joiners within words of joining scripts and within emoji, a
 * variation selector after its base, the tags of a flag. Directions are handled by `withPartners`. NUL stays, so that a text
 * with it is refused.
 */
const MEANT = [
  String.raw`\0`,
  String.raw`(?<=${JOINED})[\u200c\u200d](?=${JOINED})`,
  String.raw`(?<=[^\s\p{Default_Ignorable_Code_Point}])[\ufe00-\ufe0f\u{e0100}-\u{e01ef}\u180b-\u180d]`,
  String.raw`(?<=\u{1f3f4})[\u{e0020}-\u{e007e}]+\u{e007f}`,
  String.raw`[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]`,
].join("|");
const KEPT_OR_HIDDEN = new RegExp(`(${MEANT})|${HIDDEN.source}`, "gu");

/** Blocks of right-to-left scripts. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const BEGIN = /[\u202a\u202b\u202d\u202e\u2066-\u2068]/;
const OVERRIDE = /[\u202d\u202e]/;
const ISOLATE = /[\u2066-\u2068]/;
const END_OF_ISOLATE = "\u2069";
const END_OF_OTHERS = "\u202c";

/**
 * A text without invisible characters: they make texts differ that read the same, and some reverse the order of what
 * follows. Those that scripts and emoji need stay.
 */
export function visible(text: string): string {
  if (!HIDDEN.test(text)) return text;
  const shown = text.replace(BLANKS, " ").replace(KEPT_OR_HIDDEN, "$1");
  return RIGHT_TO_LEFT.test(shown) ? withPartners(shown) : shown.replace(DIRECTION, "");
}

/**
 * Of the characters that start or end another direction (Unicode Standard Annex 9, 2) only those with a partner stay, and no
 * overrides: no script needs them.
 */
function withPartners(text: string): string {
  const dropped = new Set<number>();
  const open: { at: number; sign: string }[] = [];
  for (const { 0: sign, index: at } of text.matchAll(DIRECTION)) {
    if (BEGIN.test(sign)) open.push({ at, sign });
    else if (sign === END_OF_ISOLATE) {
      const begun = open.findLastIndex((each) => ISOLATE.test(each.sign));
      // What was started within the isolate ends with it, without a partner.
      if (begun < 0) dropped.add(at);
      else for (const each of open.splice(begun).slice(1)) dropped.add(each.at);
    } else if (sign === END_OF_OTHERS) {
      const begun = open.at(-1);
      const isPartner = begun !== undefined && !ISOLATE.test(begun.sign);
      if (!isPartner) dropped.add(at);
      else if (!OVERRIDE.test(begun.sign)) open.pop();
      else dropped.add(at).add(open.pop()!.at);
    }
  }
  for (const { at } of open) dropped.add(at);
  return text.replace(DIRECTION, (sign, at: number) => (dropped.has(at) ? "" : sign));
}
