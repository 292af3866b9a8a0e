/** A link as it can be stored, or why it cannot; neither when there is none. */
export interface Link {
  url?: string;
  problem?: string;
}

/** An absolute http or https URL. */
export function webUrl(text: string | null | undefined): Link {
  const trimmed = text?.trim();
  if (!trimmed) return {};
  try {
    const url = new URL(trimmed);
    if (/^https?:$/.test(url.protocol) && url.hostname) return { url: url.href };
  } catch {
    // Not a URL: said below.
  }
  return { problem: `"${trimmed.slice(0, 200)}" is no http or https URL` };
}

/** A code repository without a path into it; on GitHub an owner alone is none. */
export function codeUrl(text: string | null | undefined): Link {
  const link = webUrl(text);
  if (!link.url) return link;
  const url = new URL(link.url);
  const [owner, name] = url.pathname.split("/").filter((part) => part !== "");
  const repository = name?.replace(/\.git$/, "");
  if (url.hostname.replace(/^www\./, "") !== "github.com") return { url: link.url.replace(/\/+$/, "") };
  if (!owner || !repository) return { problem: `"${link.url}" names no repository` };
  return { url: `https://github.com/${owner}/${repository}` };
}
