# syntax=docker/dockerfile:1
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
# What is to be built comes later, so that a change of it does not install the modules anew.
RUN npm pkg delete scripts.prepare && npm ci --omit=dev
COPY build.sh tsconfig.json ./
COPY migrations ./migrations
COPY src ./src
# What only builds is not needed any more.
RUN sh build.sh && rm -rf node_modules/esbuild node_modules/@esbuild node_modules/typescript node_modules/@typescript

FROM node:24.21.0-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY sample ./sample
COPY models ./models
COPY src/agents/operations ./src/agents/operations
COPY package.json ./
# What it keeps beside the database: the secret of mail links, and mails while there is no mail server.
RUN mkdir .data && chown node:node .data
VOLUME /app/.data
USER node
EXPOSE 4000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT || 4000}/readyz`).then((r) => process.exit(r.ok ? 0 : 1))"]
# The worker runs from this image too, by the command: node dist/worker.main.js
CMD ["node", "dist/api.main.js"]
