"""A file of points into brief.metrics by SQLAlchemy's bulk insert with the reference's own model. Runs in the reference's environment."""

import csv
import datetime
import decimal
import os
import sys
import uuid

from models import Metric
from sqlalchemy import create_engine, insert
from sqlalchemy.orm import Session

engine = create_engine(os.environ["DATABASE_URL"].replace("postgresql://", "postgresql+psycopg://"), connect_args={"prepare_threshold": None})
engine = engine.execution_options(schema_translate_map={None: "brief"})
with open(sys.argv[1], newline="") as file, Session(engine) as session:
    session.execute(insert(Metric), [
        {"user_id": uuid.UUID(user), "source_name": source, "metric_date": datetime.date.fromisoformat(day), "metric_name": name,
         "metric_value": decimal.Decimal(value)}
        for user, source, day, name, value in csv.reader(file)
    ])
    session.commit()
