/** A text with percent-encoding decoded, up to `times` times; invalid encoding stays as it is. */
export function percentDecoded(text: string, times = 1): string {
  let decoded = text;
  try {
    for (let i = 0; i < times && decoded.includes("%"); i++) decoded = decodeURIComponent(decoded);
  } catch {
    // A literal percent sign.
  }
  return decoded;
}
