import type { FastifyPluginAsync } from "fastify";

/** Names a plugin: Fastify looks for one that says no name among all loaded modules, twice, for a tenth of an API's start. */
export function named(name: string, plugin: FastifyPluginAsync): FastifyPluginAsync {
  return Object.assign(plugin, { [Symbol.for("fastify.display-name")]: name });
}
