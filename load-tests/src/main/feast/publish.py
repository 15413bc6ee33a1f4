"""Defines a feature view for each entity of a payment and writes a town's values into the online store.

Run in the directory of the repository, which holds features.csv (view,feature,type) and, for each view, VIEW.csv: a row
of values for each entity. Leaves Feast's version in the file version.
"""

import csv
import itertools
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pandas
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, ValueType, __version__
from feast.types import Float64, Int64

TYPES = {"Float64": Float64, "Int64": Int64}


def main():
    store = FeatureStore(repo_path=".")
    with open("features.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    for view, features in itertools.groupby(rows, key=lambda row: row["view"]):
        entity = Entity(name=view, join_keys=[view], value_type=ValueType.STRING)
        definition = FeatureView(
            name=view,
            entities=[entity],
            # Longer than a run: no value is too old to be served.
            ttl=timedelta(days=1),
            schema=[Field(name=row["feature"], dtype=TYPES[row["type"]]) for row in features],
            # Nothing is ever read from it, but a view must have one.
            source=FileSource(name=view, path=view + ".parquet", timestamp_field="event_timestamp"),
        )
        store.apply([entity, definition])
        values = pandas.read_csv(view + ".csv", dtype={view: "string"}, float_precision="round_trip")
        values["event_timestamp"] = datetime.now(timezone.utc)
        store.write_to_online_store(view, values)
    Path("version").write_text(__version__)


main()
