import type { FastifyRequest } from "fastify";

const LOOPBACK = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/;
/** A foreign name that is led to this machine (DNS rebinding) is none of these. */
const OWN_NAME = /^(localhost|[\w-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/i;
const FORWARDED = /^(forwarded|x-forwarded-.*|x-real-ip|via)$/;

/** Whether a request was made on this machine, to this machine, and passed on by no proxy. */
export function isOwnMachine({ socket, headers }: Pick<FastifyRequest, "socket" | "headers">): boolean {
  const name = (headers.host ?? "").replace(/:\d*$/, "");
  return (
    LOOPBACK.test(socket.remoteAddress ?? "") &&
    OWN_NAME.test(name) &&
    !Object.keys(headers).some((header) => FORWARDED.test(header))
  );
}
