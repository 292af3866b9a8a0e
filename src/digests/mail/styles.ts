/** Each ink (text colour) has a contrast of at least 4.5:1 with its paper (background), as WCAG AA requires. */
export const palettes = {
  light: { paper: "#ffffff", ink: "#1f2328", muted: "#59636e", link: "#0550ae", line: "#d1d9e0" },
  dark: { paper: "#14181d", ink: "#e6edf3", muted: "#a5b0bb", link: "#79c0ff", line: "#3d444d" },
};

/** The same in dark mode: white on it reads well, and it stands out from both backgrounds. */
export const button = { paper: "#0550ae", ink: "#ffffff" };

const { light, dark } = palettes;

/** Inlined, as many mail programs ignore style sheets; with margins, as Outlook ignores the padding of paragraphs. */
export const inlineStyles = `
  h1, h2, p { margin: 0; }
  h1 { font-size: 26px; line-height: 32px; font-weight: 700; }
  h2 { font-size: 18px; line-height: 25px; font-weight: 600; margin-bottom: 4px; }
  h2 a { text-decoration: none; }
  .ink { color: ${light.ink}; }
  .muted { color: ${light.muted}; }
  .link { color: ${light.link}; }
  .small { font-size: 14px; line-height: 22px; }
  .space { margin-top: 10px; }
  .row { border-top: 1px solid ${light.line}; }
`;

/** Only rules that cannot be inlined. */
export const sheet = `
  :root { color-scheme: light dark; supported-color-schemes: light dark; }
  @media (prefers-color-scheme: dark) {
    .page, .page > div { background-color: ${dark.paper} !important; }
    .ink { color: ${dark.ink} !important; }
    .muted { color: ${dark.muted} !important; }
    .link { color: ${dark.link} !important; }
    .row { border-color: ${dark.line} !important; }
  }
`;
