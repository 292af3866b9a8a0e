# syntax=docker/dockerfile:1
FROM node:20-bookworm-slim AS modules
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev

FROM node:20-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=modules /app/node_modules ./node_modules
COPY package.json tsconfig.json ./
COPY sample ./sample
COPY migrations ./migrations
COPY src ./src
# What it keeps beside the database: the secret of mail links, and mails while there is no mail server.
RUN mkdir .data && chown node:node .data
VOLUME /app/.data
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 4000}/readyz`).then((r) => process.exit(r.ok ? 0 : 1))"]
# The worker runs from this image too, by the command: node --require tsx/cjs src/worker.main.ts
CMD ["node", "--require", "tsx/cjs", "src/main.ts"]
