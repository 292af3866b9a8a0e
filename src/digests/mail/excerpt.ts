const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

/** A text cut to `length` UTF-16 code units, if possible between words, with an ellipsis where it was cut. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const whole = takeWhole(graphemes, text, length - 1);
  const space = text[whole.length] === " " ? whole.length : whole.lastIndexOf(" ");
  const words = space > whole.length / 2 ? whole.slice(0, space) : whole;
  return `${words.replace(/[\s,;:]+$/, "")}…`;
}

/** The first sentences of a text. If they are long, or "et al." ends one early, it is cut within a sentence. */
export function firstSentences(text: string, length: number): string {
  const whole = takeWhole(sentences, text, length).trimEnd();
  return whole.length >= length / 3 ? whole : clip(text, length);
}

/** As many whole segments as fit. */
function takeWhole(segmenter: Intl.Segmenter, text: string, length: number): string {
  let end = 0;
  // A little more than fits is enough to read; a segment may be as long as the text.
  for (const { index, segment } of segmenter.segment(text.slice(0, 2 * length + 2))) {
    if (index + segment.trimEnd().length > length) break;
    end = index + segment.length;
  }
  return text.slice(0, end);
}
