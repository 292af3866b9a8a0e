/** A domain name and the day on which it was the site's own, for ids that nobody else makes (RFC 4151). */
export interface TagAuthority {
  domain: string;
  date: string;
}

/** Ids do not change with the years: the domain is taken as the site's own at the beginning of this one. */
const DEFAULT_DATE = "2026";

/** Reads FEED_TAG, e.g. "papers.example,2026". */
export function readTagAuthority(tag: string): TagAuthority {
  const [domain = "", date = ""] = tag.split(",");
  return { domain, date };
}

/** The authority of a site without one of its own choice: the host of its URL. */
export function tagAuthorityOf(publicUrl: string): TagAuthority {
  const { hostname } = new URL(publicUrl);
  // An IPv6 address is no domain.
  return { domain: hostname.startsWith("[") ? "localhost" : hostname, date: DEFAULT_DATE };
}

export function tagUri({ domain, date }: TagAuthority, specific: string): string {
  return `tag:${domain},${date}:${specific}`;
}
