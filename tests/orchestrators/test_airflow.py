"""The exported DAG under Airflow's real scheduler: five dates by catch-up, three by a backfill."""

import secrets
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest
from orchestrated import Tool, require_as_simulated, service, tail, wait_for
from postgresql import PASSWORD, free_port, server

pytestmark = pytest.mark.orchestrators

CAUGHT_UP = 5
DAG = "retrain_flights"
SERVICES = {
    "api-server": ("--host", "127.0.0.1", "--workers", "1"),
    "dag-processor": (),
    "scheduler": (),
}


@pytest.fixture(scope="module")
def database():
    """The address of a PostgreSQL: several processes of Airflow write, which locks SQLite."""
    with server() as address:
        yield address


def environment(home: Path, port: int, database: str) -> dict[str, str]:
    """Airflow in a folder, on loopback, with a database and processes of its own for tasks."""
    scheme, rest = database.split("://")
    options = {
        "CORE__DAGS_FOLDER": str(home / "dags"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__EXECUTOR": "LocalExecutor",
        "CORE__PARALLELISM": "2",
        "CORE__DEFAULT_TASK_RETRY_DELAY": "5",
        "CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        "CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "True",
        "DATABASE__SQL_ALCHEMY_CONN": f"{scheme}+psycopg://{rest}",
        "DATABASE__SQL_ALCHEMY_CONN_ASYNC": f"{scheme}+psycopg_async://{rest}",
        "API__HOST": "127.0.0.1",
        "API__PORT": str(port),
        "API__WORKERS": "1",
        "API_AUTH__JWT_SECRET": secrets.token_hex(32),
        "WORKERS__EXECUTION_API_TIMEOUT": "180",
        "DAG_PROCESSOR__REFRESH_INTERVAL": "5",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "5",
        "USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    named = {f"AIRFLOW__{key}": value for key, value in options.items()}
    return {"AIRFLOW_HOME": str(home), "PGPASSWORD": PASSWORD, **named}


class Airflow:
    """A home of Airflow, what its database says, and its logs."""

    def __init__(self, folder: Path, database: str):
        self.database = database
        self.home = folder.parent / "airflow"
        (self.home / "dags").mkdir(parents=True)
        self.port = free_port()
        self.env = environment(self.home, self.port, database)
        self.tool = Tool("airflow", folder.parent)
        self.logs = [self.home / f"{name}.log" for name in SERVICES]

    def run(self, *words: str) -> str:
        """Run a command of Airflow's."""
        return self.tool.run("airflow", *words, env=self.env)

    def started(self, stack: ExitStack) -> None:
        """Start the services; the stack ends them."""
        for log, (name, options) in zip(self.logs, SERVICES.items(), strict=True):
            port = ("--port", str(self.port)) if name == "api-server" else ()
            words = self.tool.words("airflow", name, *options, *port)
            stack.enter_context(service(words, self.home, self.env, log))

    def asked(self, query: str) -> list[tuple]:
        """Ask the database."""
        with psycopg.connect(self.database, password=PASSWORD) as db:
            return db.execute(query).fetchall()

    def states(self) -> Counter:
        """How many runs are in each state; a failed one ends the test."""
        states = Counter(state for (state,) in self.asked("select state from dag_run"))
        assert not states["failed"], "\n".join(map(tail, [*self.logs, *self.task_logs()]))
        return states

    def task_logs(self) -> list[Path]:
        """Logs of tasks, the newest last."""
        paths = (self.home / "logs").rglob("attempt=*.log")
        return sorted(paths, key=lambda path: path.stat().st_mtime)[-3:]

    def wait_for_runs(self, count: int, seconds: float) -> None:
        """Wait until so many runs went well."""
        logs = [*self.logs, *self.task_logs()]
        wait_for(lambda: self.states()["success"] >= count, f"{count} runs", seconds, logs)


def write_dag(folder: Path, airflow: Airflow, last: str) -> None:
    """The exported DAG, edited to end: the flights are of the past, and so would be all dates."""
    text = (folder / "airflow_dag.py").read_text()
    assert text.count("catchup=True,") == 1
    text = text.replace("catchup=True,", f'catchup=True, end_date=pendulum.parse("{last}T12:00"),')
    (airflow.home / "dags" / "airflow_dag.py").write_text(text)


def test_airflow_runs_what_was_simulated(production, database):
    folder, dates = production
    airflow = Airflow(folder, database)
    write_dag(folder, airflow, dates[CAUGHT_UP - 1])
    airflow.run("db", "migrate")
    with ExitStack() as stack:
        airflow.started(stack)
        is_read = f"select 1 from dag where dag_id = '{DAG}'"
        wait_for(lambda: bool(airflow.asked(is_read)), "the DAG", 120, airflow.logs)
        airflow.run("dags", "unpause", DAG)
        airflow.wait_for_runs(CAUGHT_UP, 400)
        span = ("--from-date", dates[CAUGHT_UP], "--to-date", f"{dates[-1]}T12:00")
        airflow.run("backfill", "create", "--dag-id", DAG, *span, "--max-active-runs", "1")
        airflow.wait_for_runs(len(dates), 300)
    states = dict(
        airflow.asked("select task_id || ' ' || state, count(*) from task_instance group by 1")
    )
    print(states)
    require_as_simulated(folder)
