# press
