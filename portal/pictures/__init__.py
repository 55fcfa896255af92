"""Pictures that strangers send: read with suspicion, written anew, and kept where no web server looks."""
