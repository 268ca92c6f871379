"""Name the columns that several tables have."""

from __future__ import annotations

from geo.render.table import Column, listed, named
from geo.services.labels import direction

NAME = Column("name", "col.name")
TERYT = Column("teryt", "col.teryt")
KIND = Column("kind", "col.kind", named("kind"))
POWIAT = Column("powiat", "col.powiat")
VOIVODESHIP = Column("voivodeship", "col.voivodeship")
MEMBERS = Column("members", "col.members")
POPULATION = Column("population", "col.population")
AREA = Column("area_km2", "col.area")
OFFICIAL_AREA = Column("official_km2", "col.area.official")
CLUSTER = Column("cluster", "col.cluster")
PLACE = Column("place", "col.place")
SECTOR = Column("sector", "col.sector", named("sector"))
VERDICT = Column("verdict", "coverage.verdict", named("verdict"))
EVIDENCE = Column("evidence", "coverage.evidence")
COVERED = Column("covered", "coverage.population.reached")
RESIDUAL = Column("residual", "coverage.population.residual")
UNKNOWN = Column("unknown", "coverage.population.unknown")
SHARE = Column("share_percent", "coverage.share")
MISSING = Column("missing_sectors", "coverage.missing", listed("sector"))
UNKNOWN_SECTORS = Column("unknown_sectors", "coverage.missing.unknown", listed("sector"))
DISTANCE = Column("distance_km", "coverage.distance")
MINUTES = Column("minutes", "coverage.minutes")
DIRECTION = Column("bearing", "coverage.direction", lambda bearings, text: [direction(b, text) for b in bearings])
SEAT = Column("seat", "coverage.seat")
# By which other programs join and place rows.
CODE = Column("teryt", "col.teryt", filed=True)
LATITUDE = Column("latitude", "data.latitude", filed=True, digits=6)
LONGITUDE = Column("longitude", "data.longitude", filed=True, digits=6)
EASTING = Column("easting", "data.easting", filed=True, digits=1)
NORTHING = Column("northing", "data.northing", filed=True, digits=1)
