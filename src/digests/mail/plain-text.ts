const WIDTH = 72;

/** Lines short enough for any window; a word, or a URL, that is longer stays whole. */
export function wrap(text: string, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && indent.length + longer.length > WIDTH) lines.push(line);
    line = line !== "" && indent.length + longer.length > WIDTH ? word : longer;
  }
  return [...lines, line].map((each) => indent + each).join("\n");
}

/** Paragraphs with an empty line between; null and empty ones are left out. */
export function paragraphs(...parts: (string | null)[]): string {
  return parts.filter((part) => part).join("\n\n");
}

export const RULE = "-".repeat(WIDTH);
