"""The engine: trains a population of replicas through the phases of a schedule."""
