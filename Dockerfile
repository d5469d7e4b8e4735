# The chat on a CPU: docker build -t quotewell . (see docs/deployment.md)
FROM python:3.12-slim AS build
RUN python -m venv /opt/quotewell
ENV PATH=/opt/quotewell/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
COPY constraints.txt ./
# The CPU build; the default one of PyPI brings several GB of CUDA.
RUN pip install --constraint constraints.txt --index-url https://download.pytorch.org/whl/cpu torch
COPY pyproject.toml README.md LICENSE ./
COPY embeddings embeddings
COPY qa qa
COPY quotewell quotewell
COPY seeds seeds
COPY ui ui
RUN pip install --constraint constraints.txt '.[chat,mcp,postgres]'

FROM python:3.12-slim
RUN useradd --uid 1000 --create-home quotewell && install --directory --owner=quotewell --mode=700 /data
COPY --from=build /opt/quotewell /opt/quotewell
ENV PATH=/opt/quotewell/bin:$PATH PYTHONUNBUFFERED=1 QUOTEWELL_HOME=/data
USER 1000
VOLUME /data
EXPOSE 7860
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:7860/healthz', timeout=4)"]
ENTRYPOINT ["quotewell"]
CMD ["serve", "--host", "0.0.0.0"]
