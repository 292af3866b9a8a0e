import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { registerInstrumentations } from "@opentelemetry/instrumentation";
import { GraphQLInstrumentation } from "@opentelemetry/instrumentation-graphql";
import { HttpInstrumentation } from "@opentelemetry/instrumentation-http";
import { PgInstrumentation } from "@opentelemetry/instrumentation-pg";
import { defaultResource, resourceFromAttributes } from "@opentelemetry/resources";
import { BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";

/** Attributes that replace private data: a query string, a mail's token, the outbox's secret, a network address. */
function redacted(request: object): Record<string, string> {
  const { url, path = url } = request as { url?: string; path?: string };
  const shown = (path ?? "").replace(/\?.*/s, "").replace(/^(\/digest\/\w+|\/outbox)\/.*/s, "$1/***");
  return { "http.url": shown, "http.target": shown, "http.client_ip": "***", "net.peer.ip": "***" };
}

/** Sends traces to a collector over OTLP/HTTP: each request, its operation, and its SQL without values. Returns a function that flushes. */
export function startTracing(endpoint: string): () => Promise<void> {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, "")}/v1/traces` });
  const provider = new NodeTracerProvider({
    resource: defaultResource().merge(resourceFromAttributes({ "service.name": "daily-papers-api" })),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  registerInstrumentations({
    instrumentations: [
      new HttpInstrumentation({
        ignoreOutgoingRequestHook: ({ path }) => path === "/v1/traces",
        applyCustomAttributesOnSpan: (span, request) => span.setAttributes(redacted(request)),
      }),
      new PgInstrumentation({ requireParentSpan: true }),
      new GraphQLInstrumentation({ ignoreResolveSpans: true, allowValues: false }),
    ],
  });
  return () => provider.shutdown();
}
