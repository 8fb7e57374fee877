# Deskbell in a container. Build: docker build -t deskbell .
FROM python:3.11-slim AS build
WORKDIR /src
RUN python -m venv /opt/deskbell
COPY pyproject.toml requirements.lock README.md LICENSE ./
# Only what the desk needs to run: the lock serves as constraints, so demo and tools stay outside.
RUN sed -e '/^ *--hash=/d' -e 's/ *\\$//' requirements.lock > constraints.txt
COPY bot bot
COPY handlers handlers
COPY store store
COPY sandbox sandbox
RUN /opt/deskbell/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt . \
    && /opt/deskbell/bin/python -m compileall -q /opt/deskbell/lib \
    && /opt/deskbell/bin/pip uninstall -qy pip setuptools

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --create-home deskbell
COPY --from=build /opt/deskbell /opt/deskbell
ENV PATH=/opt/deskbell/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/deskbell.db DESKBELL_CONFIG=/etc/deskbell.toml
USER deskbell
WORKDIR /data
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", \
    "import os, urllib.request as u; u.urlopen('http://127.0.0.1:%s/livez' % os.environ.get('PORT', 3000), timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["deskbell", "run"]
