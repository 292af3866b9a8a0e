/** The colours of the pages: texts have a contrast of 4.5 to what is behind them, edges of 3 (WCAG 2.2 AA). */
export const palette = {
  light: {
    page: "#ffffff",
    text: "#1b1d21",
    quiet: "#565b64",
    link: "#0b57a4",
    edge: "#747a85",
    accent: "#0b57a4",
    onAccent: "#ffffff",
    bad: "#b3261e",
    note: "#eef4fb",
  },
  dark: {
    page: "#16181c",
    text: "#e9eaed",
    quiet: "#b2b7c0",
    link: "#8fbcff",
    edge: "#858b97",
    accent: "#8fbcff",
    onAccent: "#0c1a2d",
    bad: "#ff9d94",
    note: "#202a38",
  },
} as const;

/** As custom properties of CSS. */
export function variables(colours: Record<string, string>): string {
  return Object.entries(colours)
    .map(([name, value]) => `--${name}:${value}`)
    .join(";");
}
