const WIDTH = 72;

/** Breaks lines to fit any window; a longer word or URL stays whole. */
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

/** Paragraphs separated by an empty line; null and empty ones are left out. */
export function paragraphs(...parts: (string | null)[]): string {
  return parts.filter((part) => part).join("\n\n");
}

export const RULE = "-".repeat(WIDTH);
