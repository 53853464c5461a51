# scanners
