# One image for all programs of a school. `docker run IMAGE` is the server; another program is named behind it:
# `docker run IMAGE dist/apps/learning/main.js` (materials, doctor, reconcile), `docker run IMAGE dist/demo-shop/main.js`.
FROM node:24.9.0-bookworm-slim AS build
WORKDIR /src
COPY . .
RUN npm run build
RUN npm run assemble -- /app

FROM node:24.9.0-bookworm-slim
LABEL org.opencontainers.image.source="https://github.com/coursepay/coursepay" org.opencontainers.image.licenses="MIT"
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /app
COPY --from=build /app .
# The only folder that is written to, so that everything else can be mounted read-only. MySQL and RabbitMQ leave it empty.
RUN install -d -o node -g node -m 0700 /app/data
VOLUME /app/data
USER node
EXPOSE 3000
# That the process lives; a database that is away is no reason to start it again.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Without a shell around it node is process 1 and hears SIGTERM itself. Give it 30 s.
STOPSIGNAL SIGTERM
ENTRYPOINT ["node"]
CMD ["dist/apps/server/main.js"]
