interface SentRequest {
  method: string;
  query: URLSearchParams;
  // biome-ignore lint/suspicious/noExplicitAny: a body has the shape that its client gives it
  body: any;
}

/** A fetch that remembers what a client sent. */
export function createRecordedFetch(): { fetch: typeof fetch; sent: SentRequest[] } {
  const sent: SentRequest[] = [];
  return {
    sent,
    fetch: (input, init) => {
      const request = new Request(input, init);
      const body = typeof init?.body === "string" ? JSON.parse(init.body) : null;
      sent.push({ method: request.method, query: new URL(request.url).searchParams, body });
      return fetch(request);
    },
  };
}
