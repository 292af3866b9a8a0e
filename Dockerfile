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
CMD ["node", "--import", "tsx", "src/main.ts"]
