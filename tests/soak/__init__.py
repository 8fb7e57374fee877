"""Many people, three replicas, one PostgreSQL, and somebody who keeps breaking things."""
