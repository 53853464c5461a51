# printers
